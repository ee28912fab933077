import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exitCodeOf, lineOf, type Observation } from './observations.ts'

const seen = (...verdicts: Observation['verdict'][]): Observation[] =>
  verdicts.map((verdict) => ({ verdict, origin: 'https://shop.example.com', what: 'reads' }))

describe('observations', () => {
  it('are well only where all are, and there are some', () => {
    assert.equal(exitCodeOf(seen('PASS', 'PASS')), 0)
    assert.equal(exitCodeOf([]), 2)
  })

  it('are wrong where one is, whatever else is unknown', () => {
    assert.equal(exitCodeOf(seen('PASS', 'UNTESTED', 'FAIL')), 1)
    assert.equal(exitCodeOf(seen('PASS', 'UNTESTED')), 2)
  })

  it('are a line each', () => {
    const [pass] = seen('PASS')
    assert.ok(pass)
    assert.equal(lineOf(pass), 'PASS     https://shop.example.com · reads')
    assert.equal(
      lineOf({ ...pass, verdict: 'FAIL', observed: 'status 500' }),
      'FAIL     https://shop.example.com · reads: status 500',
    )
  })
})
