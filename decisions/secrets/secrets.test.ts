import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { schema, variables } from '../../bootstrap/config/schema.ts'
import { defaultedSecrets } from './rules.ts'
import { secretsIn } from './secrets.ts'

/** Put together here only, or the search would find them in this file. */
const random = ['q7Zp2LmX9vKd', 'R4tYw8NcB6hJ', 'f3GsVa5UeTxo', 'C1iDkPqM'].join('')
const keys: Record<string, string> = {
  'a token of GitHub': `const token = 'gh${'p_'}${random.slice(0, 36)}'`,
  'a connection string': `postgresql://app:${random}@db.example.com/main`,
  'a private key of Ed25519': `-----BEGIN PRIVATE ${'KEY'}-----\nMC4C${random}\n-----END PRIVATE ${'KEY'}-----`,
  'a private JSON web key': `{"kty":"OKP","crv":"Ed25519","${'d'}":"${random.slice(0, 43)}"}`,
  'a signed token': `ey${'Jhb'}GciOiJIUzI1NiJ9.eyJ${'zdWIiOiJhZGEifQ'}.${random.slice(0, 43)}`,
  'a password of a Neon role': `npg${'_'}${random.slice(0, 12)}`,
  'a key with a comment against the search': `// secretlint-${'disable'}\nBETTER_AUTH_SECRET=${random}`,
}
for (const { name, secret } of variables)
  if (secret && !name.startsWith('DATABASE')) keys[`a value for ${name}`] = `${name}="${random}"`

interface Clone {
  root: string
  git(...args: string[]): void
  write(path: string, text: string): void
}

/** A repository with one clean commit, gone after the test. */
const clone = (context: TestContext): Clone => {
  const root = mkdtempSync(join(tmpdir(), 'clone-'))
  context.after(() => rmSync(root, { recursive: true, force: true }))
  const settings = ['user.name=a', 'user.email=a@example.com', 'commit.gpgsign=false']
  const person = settings.flatMap((setting) => ['-c', setting])
  const git = (...args: string[]) =>
    void execFileSync('git', ['-C', root, ...person, ...args], { stdio: 'ignore' })
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  git('init', '-q')
  write('a.ts', "export const secret = process.env.BETTER_AUTH_SECRET ?? 'hunter2'\n")
  git('add', '.')
  git('commit', '-qm', 'Begin')
  return { root, git, write }
}

const committed = ({ git, write }: Clone, path: string, text: string) => {
  write(path, text)
  git('add', '--force', '.')
  git('commit', '-qm', 'Change')
}

describe('the search for secrets', () => {
  it('finds none in a clean clone', async (context) => {
    assert.deepEqual(await secretsIn(clone(context).root), [])
  })

  for (const [what, text] of Object.entries(keys))
    it(`finds ${what} in a commit that a later one took back`, async (context) => {
      const one = clone(context)
      committed(one, 'src/b.ts', `first line\n${text}\n`)
      one.git('rm', '-q', 'src/b.ts')
      one.git('commit', '-qm', 'Remove it')
      const found = await secretsIn(one.root)
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', /^src\/b\.ts:[23] holds a .* in commit [0-9a-f]{7,}: replace it/)
      assert.ok(!found[0]?.includes(random.slice(0, 12)), 'what it found is told')
    })

  it('finds one in a file that is not committed yet', async (context) => {
    const one = clone(context)
    one.write('b.ts', keys['a token of GitHub'] ?? '')
    const [found] = await secretsIn(one.root)
    assert.match(found ?? '', /^b\.ts:1 holds a .*: take it out/)
  })

  it('finds one in a message and on a branch that was never merged', async (context) => {
    const one = clone(context)
    one.git('checkout', '-qb', 'other')
    one.git('commit', '-qm', keys['a token of GitHub'] ?? '', '--allow-empty')
    committed(one, 'b.ts', keys['a password of a Neon role'] ?? '')
    one.git('checkout', '-q', '-')
    const found = await secretsIn(one.root)
    assert.equal(found.length, 2, found.join('\n'))
    assert.ok(found.some((line) => line.startsWith('commit:')))
  })

  it('finds files that are secrets by their names', async (context) => {
    const one = clone(context)
    for (const path of ['.env', '.env.production', 'certs/server.p12', '.env.example'])
      committed(one, path, 'x')
    const found = await secretsIn(one.root)
    assert.equal(found.length, 3, found.join('\n'))
  })

  it('does not pass half a history or none for clean', async (context) => {
    const one = clone(context)
    committed(one, 'b.ts', 'x')
    const shallow = join(one.root, 'shallow')
    one.git('clone', '-q', '--depth', '1', `file://${one.root}`, shallow)
    assert.match((await secretsIn(shallow)).join(), /shallow: run `git fetch --unshallow`/)
    const none = mkdtempSync(join(tmpdir(), 'none-'))
    context.after(() => rmSync(none, { recursive: true }))
    assert.match((await secretsIn(none)).join(), /no history/)
  })

  it('ends the command with 1 where there is one, with 0 where there is none', (context) => {
    const one = clone(context)
    const program = fileURLToPath(new URL('secrets.ts', import.meta.url))
    const run = () => spawnSync(process.execPath, ['--import', 'tsx', program, one.root])
    assert.equal(run().status, 0)
    committed(one, 'b.ts', keys['a token of GitHub'] ?? '')
    assert.equal(run().status, 1)
  })
})

test('no secret has a default', () => {
  assert.deepEqual(defaultedSecrets(variables), [])
  const planted = { ...schema.BETTER_AUTH_SECRET, name: 'BETTER_AUTH_SECRET', default: 'x' }
  assert.match(defaultedSecrets([planted]).join(), /^BETTER_AUTH_SECRET is a secret with a default/)
})
