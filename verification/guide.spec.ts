import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { settingsOf } from './engine/settings.ts'
import { guide, withParts } from './guide.ts'
import { DEFAULT_FILE } from './mint-vectors.ts'

const page = readFileSync(guide, 'utf8')

test('the page tells limits, exit codes, files and what may stay unrun as they are (else: npm run docs)', () => {
  assert.equal(page, withParts(page))
})

test('the page names every variable that the suite reads, and the file of tokens', () => {
  const files = [
    'engine/settings.ts',
    'engine/setting-values.ts',
    'cli.ts',
    'tokens/vectors/minting.ts',
  ]
  const sources = files.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')).join()
  const read = sources.matchAll(/(?:get\(|env\.)'?([A-Z][A-Z_]+)\b/g)
  const names = new Set([...read].map(([, name = '']) => name))
  assert.ok(names.size >= 12, [...names].join())
  for (const name of names) assert.ok(page.includes(`\`${name}\``), name)
  assert.ok(page.includes(DEFAULT_FILE))
})

const env = { TARGET_URL: 'https://api.example.com', ALLOWED_ORIGINS: 'https://app.example.com' }
const token = (sub: string) =>
  ['{"alg":"HS256"}', JSON.stringify({ sub }), 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
const problemsOf = async (more: Record<string, string>): Promise<readonly string[]> =>
  settingsOf({ ...env, ...more }, ['A-01', 'A-02']).then(
    () => [],
    ({ problems }) => problems,
  )

test('a wrong variable is told alone, without a false word about others', async () => {
  const secret = 'hV8nqT2xw5Zr0cJk7LmPs3YdUb9GfAeQiRoXt4'
  const told = {
    BETTER_AUTH_SECRET: [{ BETTER_AUTH_SECRET: 'short' }, /at least 32 bytes/],
    VECTORS: [{ VECTORS: '/nowhere/at/all.json' }, /^VECTORS names no file that can be read/],
    'one token': [{ TOKEN_A: token('a') }, /TOKEN_B is missing/],
    'a token with its scheme': [
      { TOKEN_A: `Bearer ${token('a')}`, TOKEN_B: token('b') },
      /nothing around them: A is not/,
    ],
    VERIFY_LEVEL: [{ VERIFY_LEVEL: 'all' }, /one of public, users, keys/],
    WAIVE: [{ WAIVE: 'A-01, Q-99,A-2', BETTER_AUTH_SECRET: secret }, /names Q-99, A-2, which/],
  } as const
  for (const [name, [more, pattern]] of Object.entries(told)) {
    const problems = await problemsOf(more)
    assert.equal(problems.length, 1, name)
    assert.match(problems[0] ?? '', pattern)
  }
  assert.deepEqual(await problemsOf({ BETTER_AUTH_SECRET: secret, WAIVE: 'A-01 A-02' }), [])
})
