import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const directory = mkdtempSync(join(tmpdir(), 'tasks-tests-'))
after(() => rmSync(directory, { recursive: true }))

const written = (name: string, text: string): string => {
  const file = join(directory, name)
  writeFileSync(
    file,
    `import assert from 'node:assert'\nimport { describe, it } from 'node:test'\n${text}`,
  )
  return file
}

/** Started from a file: those that run tests are started with the options of whoever runs them, `-e` included. */
const program = join(directory, 'run.mjs')
writeFileSync(
  program,
  `import { run } from 'node:test'
  import { failuresInFull } from ${JSON.stringify(new URL('failures-in-full.ts', import.meta.url))}
  const files = process.argv.slice(2)
  for await (const text of failuresInFull(run({ files }))) process.stdout.write(text)`,
)

/** What is said of these files by a process of its own: a test cannot run tests inside itself. */
const saidOf = (...files: string[]): string => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const flags = ['--import', import.meta.resolve('tsx'), program, ...files]
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8', env })
  assert.equal(stderr, '')
  return stdout
}

test('a failure is told in full, with what its file wrote, and again by name at the end', () => {
  const good = written('good.mjs', `it('is good', () => console.log('unheard'))`)
  const bad = written(
    'bad.mjs',
    `describe('outer', () => describe('inner', () => {
      it('is good', () => undefined)
      it('is bad', () => { console.log('heard'); assert.equal('seen', 'promised') })
    }))`,
  )
  const said = saidOf(good, bad)
  assert.match(
    said,
    /^\.\.\n✖ outer › inner › is bad \(.*bad\.mjs\)\nAssertionError .*\n[\s\S]*'seen'/,
  )
  assert.match(said, /\n {4}at .*bad\.mjs:\d+/)
  assert.match(said, /\nheard\n[\s\S]*\n✖ outer › inner › is bad \(.*bad\.mjs\)\n\nℹ tests 3\n/)
  assert.match(said, /\nℹ pass 2\nℹ fail 1\n/)
  assert.doesNotMatch(said, /unheard|is good|✖ outer \(/)
})

test('what was skipped is told with its reason, and all that passed is counted alone', () => {
  const file = written(
    'aside.mjs',
    `it('is good', () => undefined)
    it('needs more', { skip: 'there is no docker' }, () => undefined)`,
  )
  const said = saidOf(file)
  assert.match(said, /^\.\n\nneeds more \(.*\): skipped, there is no docker\n\nℹ tests 2\n/)
})

test('what was skipped for one reason is told once, and no count of what there never is', () => {
  const file = written(
    'apart.mjs',
    `for (const name of ['one', 'two', 'three']) it(name, { skip: 'there is no docker' })
    it('four', { skip: 'there is no curl' })`,
  )
  const said = saidOf(file)
  assert.match(
    said,
    /\none \(.*\), and 2 more: skipped, there is no docker\nfour \(.*\): skipped, there is no curl\n/,
  )
  assert.match(said, /\nℹ skipped 4\nℹ duration/)
})

test('a file that ends before its tests is a failure, told with what it said', () => {
  const said = saidOf(written('broken.mjs', `throw new Error('at once')`))
  assert.match(said, /✖ .*broken\.mjs[\s\S]*Error: at once[\s\S]*\nℹ fail 1\n/)
})
