import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../engine/verdict.ts'
import { buildReport } from './build.ts'
import { sampleCheck, sampleFinished, sampleResult, sampleRun } from './fixtures.ts'
import { consoleLines } from './formats/console.ts'
import type { Report } from './report.ts'

const reportOf = (...results: Result[]): Report =>
  buildReport(
    sampleRun,
    sampleFinished(results, []),
    results.map(({ id }) => sampleCheck(id)),
    (text) => text,
  )

const pass = sampleResult('H-01')
const fail = sampleResult('H-02', { verdict: 'FAIL' })
const unclear = sampleResult('H-03', { verdict: 'INCONCLUSIVE' })
const undone = sampleResult('H-06', { verdict: 'NOT-RUN', reason: 'deadline' })
const waived = sampleResult('H-07', { verdict: 'NOT-RUN', reason: 'no TLS', waived: true })
const warned = sampleResult('H-08', { verdict: 'WARN' })
const slow = sampleResult('S-03', { verdict: 'FAIL' })

const rows: readonly [string, Result[], Report['outcome']['verdict'], number][] = [
  ['all kept', [pass, pass], 'passed', 0],
  ['a warning is no failure', [pass, warned], 'passed', 0],
  ['what was waived is no gap', [pass, waived], 'passed', 0],
  ['one broken', [pass, fail], 'failed', 1],
  ['broken outweighs unclear and slow', [fail, unclear, slow], 'failed', 1],
  ['one unclear', [pass, unclear], 'inconclusive', 3],
  ['a gap is never green', [pass, undone], 'inconclusive', 3],
  ['unclear outweighs slow', [pass, unclear, slow], 'inconclusive', 3],
  ['nothing ran', [undone, undone], 'inconclusive', 3],
  ['nothing but waived', [waived], 'inconclusive', 3],
  ['nothing at all', [], 'inconclusive', 3],
  ['too slow', [pass, slow], 'slow', 4],
]

for (const [name, results, verdict, exitCode] of rows)
  test(`outcome: ${name} is ${verdict}, exit ${exitCode}`, () => {
    const { outcome } = reportOf(...results)
    assert.deepEqual([outcome.verdict, outcome.exitCode], [verdict, exitCode])
  })

test('a warning is counted apart from what was kept', () => {
  assert.equal(reportOf(pass, warned).outcome.sentence, '1 promise kept, 1 warning')
})

test('the one reason comes before everything else', () => {
  const results = [pass, undone]
  const checks = results.map(({ id }) => sampleCheck(id))
  const finished = sampleFinished(results, [], ['ALLOWED_ORIGINS does not match'])
  const report = buildReport(sampleRun, finished, checks, (text) => text)
  assert.match(report.outcome.sentence, /^ALLOWED_ORIGINS does not match\. No promise broken/)
  assert.equal(consoleLines(report, [])[0], 'ALLOWED_ORIGINS does not match')
})

test('a run that left anything out says so first', () => {
  assert.deepEqual(reportOf(pass).partial, [])
  assert.deepEqual(reportOf(pass, waived).partial, ['1 of 2 checks ran', '1 not run: no TLS'])
})

test('a check without a result counts as not run', () => {
  const report = buildReport(sampleRun, sampleFinished([], []), [sampleCheck('H-01')], (it) => it)
  assert.equal(report.checks[0]?.verdict, 'NOT-RUN')
  assert.equal(report.outcome.exitCode, 3)
})
