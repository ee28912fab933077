import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { run } from 'node:test'
import type { Records } from '../../rules/rule.ts'
import { runnersOf, testsFor } from '../facts.ts'
import type { TestRun, TestRuns } from './evidence.ts'

/** The tests that have to run for these to be confirmed: a contract by those that import it. */
const runnersFor = (tests: readonly string[], { sources }: Records): string[] => [
  ...new Set(
    tests.flatMap((path) => (path.endsWith('.contract.ts') ? runnersOf(path, sources) : [path])),
  ),
]

const git = (root: string, ...args: string[]): string =>
  execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim()

/** The commit, and whether what ran was more than that. */
const commitOf = (root: string): string => {
  const changed = git(root, 'status', '--porcelain', '--', '.', ':!decisions') !== ''
  return `${git(root, 'rev-parse', '--short=12', 'HEAD')}${changed ? ' with changes' : ''}`
}

/** Whether a test is written in this file, or in the folder that a contract of several files is split into. */
const holds = (path: string, file: string): boolean =>
  path === file || file.startsWith(path.replace(/\.contract\.ts$/, '/'))

/**
 * Runs the tests that confirm records, by file; after an `earlier` run those alone that have not passed in it. A test that
 * was skipped has not passed.
 */
export const runTests = async (
  root: string,
  decisions: Records,
  earlier?: TestRuns,
): Promise<TestRuns> => {
  const passed = Object.entries(earlier?.files ?? {}).filter(([, { failed }]) => failed === 0)
  const kept = new Map(passed)
  const due = decisions.records.flatMap(testsFor).filter((path) => !kept.has(path))
  const paths = runnersFor(due, decisions)
  const when = new Date().toISOString()
  const files: Record<string, TestRun> = {}
  // A test belongs to the file that it is written in, which for those of a contract is not the one that was run.
  const counted = [...new Set([...kept.keys(), ...due, ...paths])].sort()
  for (const path of counted) files[path] = kept.get(path) ?? { passed: 0, failed: 0, skipped: 0 }
  const count = (file: string | undefined, kind: keyof TestRun) => {
    const path = counted.find((it) => holds(join(root, it), file ?? '')) ?? ''
    const entry = files[path]
    if (entry && !kept.has(path)) entry[kind] += 1
  }
  const stream = run({ files: paths.map((path) => join(root, path)), concurrency: 2 })
  stream.on('test:pass', ({ file, skip, todo, details }) => {
    if (details.type !== 'suite') count(file, skip || todo ? 'skipped' : 'passed')
  })
  stream.on('test:fail', ({ file, details }) => {
    if (details.type !== 'suite') count(file, 'failed')
  })
  for await (const _ of stream);
  return { when, commit: commitOf(root), node: process.version, files }
}
