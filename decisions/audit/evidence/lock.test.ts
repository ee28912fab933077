import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { advisoriesOf, dependenciesIn } from './lock.ts'
import { answerIn } from './record-advisories.ts'

const lock = JSON.stringify({
  packages: {
    '': { dependencies: { a: '1.0.0' }, devDependencies: { '@x/b': '2.0.0' } },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/@x/b': { version: '2.0.0', dev: true },
    'node_modules/a/node_modules/c': { version: '3.0.0', license: 'ISC' },
    'node_modules/c': { version: '3.0.0', license: 'ISC', dev: true },
  },
})
const dependencies = dependenciesIn(lock)

test('a lock file tells what is installed, for what, under which licence', () => {
  assert.deepEqual(dependencies, [
    { name: 'a', version: '1.0.0', licence: 'MIT', production: true, direct: true },
    { name: '@x/b', version: '2.0.0', licence: 'not stated', production: false, direct: true },
    { name: 'c', version: '3.0.0', licence: 'ISC', production: true, direct: false },
  ])
})

test('a registry that refuses leaves everything unknown', () => {
  const output = JSON.stringify({ message: '405 Method Not Allowed - POST https://example.com' })
  const answer = answerIn(output, dependencies)
  assert.deepEqual(answer, { refused: '405 Method Not Allowed', packages: {} })
  assert.equal(answerIn('', dependencies).refused, 'it could not be reached')
  const [a] = dependencies
  assert.ok(a)
  assert.equal(advisoriesOf(a, { asked: '', registry: '', ...answer }), undefined)
  assert.equal(advisoriesOf(a, undefined), undefined)
})

test('one that answers says what it knows of each, and that it knows nothing of the others', () => {
  const flaw = { title: 'Leaks', severity: 'high', url: 'https://example.com/1' }
  const via = [{ ...flaw, range: '<2' }, 'c']
  const { packages } = answerIn(
    JSON.stringify({ vulnerabilities: { a: { via, nodes: ['node_modules/a'] } } }),
    dependencies,
  )
  assert.deepEqual(packages, { 'a@1.0.0': [flaw], '@x/b@2.0.0': [], 'c@3.0.0': [] })
})

test('the lock file names what every platform needs, not only the one that wrote it', () => {
  const { packages } = JSON.parse(
    readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'),
  ) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
  const offered = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  )
  assert.ok(offered.length > 50, String(offered.length))
  // npm leaves out of a lock file what was not installed when it was written (github.com/npm/cli/issues/4828).
  const isLocked = ({ path, name }: { path: string; name: string }): boolean =>
    `${path}/node_modules/${name}` in packages || `node_modules/${name}` in packages
  assert.deepEqual(
    offered.filter((it) => !isLocked(it)),
    [],
  )
})
