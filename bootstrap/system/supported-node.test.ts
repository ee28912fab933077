import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import semver from 'semver'
import { parse } from 'yaml'
import { isSupportedNode } from '../process.ts'
import { root } from './build.ts'

interface Locked {
  engines?: { node?: string }
  optional?: boolean
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { devEngines, devDependencies } = JSON.parse(read('package.json'))
const promised: string = devEngines.runtime.version
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
/** What is optional is left out where the Node does not fit; each of those has a sibling that fits. */
const demands = [
  ...new Set(
    Object.values(packages).flatMap(({ engines, optional }) =>
      engines?.node && !optional ? [engines.node] : [],
    ),
  ),
]

const versionsOf = (range: string) =>
  new semver.Range(range).set.flat().map(({ semver: { version } }) => version ?? '0.0.0')
/** Between two of these no range changes its mind: each version that a range names, and the ones beside it. */
const telling = [promised, ...demands]
  .flatMap(versionsOf)
  .flatMap((version) => {
    const { major, minor, patch } = new semver.SemVer(version)
    const before = patch > 0 ? [major, minor, patch - 1] : [major, minor - 1, 99]
    return [version, `${major}.${minor}.${patch + 1}`, before.join('.'), `${major - 1}.99.99`]
  })
  .filter((version) => semver.valid(version) && semver.major(version) >= 18)

test('what is promised is what the locked packages demand, no more and no less', () => {
  assert.ok(demands.length > 30 && telling.length > 30)
  for (const version of telling) {
    const unfit = demands.filter((range) => !semver.satisfies(version, range))
    assert.equal(semver.satisfies(version, promised), unfit.length === 0, `${version}: ${unfit}`)
  }
})

test('the programs refuse the Nodes that are not promised, and no other one', () => {
  for (const version of [...telling, '21.7.3', '22.11.0', '23.0.0', '24.0.0', '26.10.0', '30.0.0'])
    assert.equal(isSupportedNode(version), semver.satisfies(version, promised), version)
})

test('whatever names a Node says the same', () => {
  const [first, second, ...more] = promised.split(' || ').map((part) => semver.minVersion(part))
  assert.ok(first && second && more.length === 0)
  const short = (version: semver.SemVer) => `${version.major}.${version.minor}`
  const phrase = new RegExp(`Node ${short(first)}, or ${short(second)} and later`)
  for (const page of ['README.md', 'verification/README.md'])
    assert.match(read(page).replaceAll('\n', ' '), phrase, page)
  assert.ok(semver.satisfies(read('.node-version').trim(), promised))
  assert.match(read('bootstrap/build.ts'), new RegExp(`target: 'node${short(first)}'`))
  assert.equal(semver.subset(`~${devDependencies['@types/node']}`, `~${first}`), true)
  const { node } = parse(read('.github/workflows/ci.yml')).jobs.tests.strategy.matrix
  assert.deepEqual(node.slice(0, 2), [first.version, second.version])
  for (const version of node) assert.ok(semver.subset(version, promised), version)
})
