import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { Report, ReportedCheck } from '../../../verification/reports/report.ts'
import { liveEvidence, orphans, type TestRuns, testEvidence, together } from './evidence.ts'

const check = { id: 'A-01', promise: 'keeps it' }
const reportOf = (replaced: Partial<ReportedCheck>): Report =>
  ({ checks: [{ ...check, reason: null, findings: [], ...replaced }] }) as unknown as Report

describe('the evidence of a live check', () => {
  const rows: [string, Partial<ReportedCheck>, string, RegExp][] = [
    ['that passed', { verdict: 'PASS' }, 'proved', /^$/],
    ['that failed', { verdict: 'FAIL' }, 'broken', /^$/],
    ['with a warning', { verdict: 'WARN' }, 'partly proved', /warning/],
    ['without a verdict', { verdict: 'INCONCLUSIVE' }, 'not proved', /inconclusive/],
    ['that was not run', { verdict: 'NOT-RUN', reason: 'no TLS' }, 'not proved', /not run: no TLS/],
    ['that is new', { id: 'A-02', verdict: 'PASS' }, 'not proved', /no recorded run/],
    ['that was reworded', { promise: 'kept', verdict: 'PASS' }, 'not proved', /something else/],
    ['with a verdict of tomorrow', { verdict: 'GOOD' as 'PASS' }, 'not proved', /unknown/],
  ]
  for (const [what, replaced, standing, remark] of rows)
    it(`${what} is ${standing}`, () => {
      const found = liveEvidence(reportOf(replaced))(check)
      assert.equal(found.standing, standing)
      assert.match(found.remark, remark)
    })

  it('is none without a report', () => {
    assert.equal(liveEvidence(undefined)(check).standing, 'not proved')
  })

  it('is left over where the check is no more', () => {
    assert.deepEqual(orphans(reportOf({}), []), ['A-01'])
    assert.deepEqual(orphans(undefined, []), [])
  })
})

test('tests prove by having run and passed', () => {
  const run = (passed: number, failed = 0, skipped = 0) => ({ passed, failed, skipped })
  const files = {
    'a.test.ts': run(2),
    'b.test.ts': run(2, 1),
    'c.test.ts': run(0, 0, 3),
    'x.contract.ts': run(4, 0, 1),
    'z.contract.ts': run(4),
  }
  const runs = { files } as unknown as TestRuns
  const proof = testEvidence(runs, (path) => [path.startsWith('z') ? 'b.test.ts' : 'a.test.ts'])
  assert.equal(proof('a.test.ts').standing, 'proved')
  assert.equal(proof('b.test.ts').standing, 'broken')
  assert.equal(proof('c.test.ts').standing, 'not proved')
  assert.equal(proof('d.test.ts').standing, 'not proved')
  assert.deepEqual(proof('x.contract.ts'), { standing: 'proved', remark: '1 skipped' })
  assert.equal(proof('z.contract.ts').standing, 'broken')
  assert.equal(proof('y.contract.ts').standing, 'not proved')
  assert.equal(testEvidence(undefined, () => [])('a.test.ts').standing, 'not proved')
})

test('proofs together are as good as the worst that is known', () => {
  const all = (...standings: ('proved' | 'partly proved' | 'broken' | 'not proved')[]) =>
    together(standings.map((standing) => ({ standing, remark: '' })))
  assert.equal(all(), 'not proved')
  assert.equal(all('proved', 'proved'), 'proved')
  assert.equal(all('proved', 'not proved'), 'partly proved')
  assert.equal(all('not proved', 'not proved'), 'not proved')
  assert.equal(all('proved', 'partly proved'), 'partly proved')
  assert.equal(all('proved', 'not proved', 'broken'), 'broken')
})
