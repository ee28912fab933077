import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TraceFlags } from '@opentelemetry/api'
import { boundedSampler } from './sampler.ts'

/** How many of a thousand requests are taken that come with this parent. */
const taken = (
  settings: { share: number; parentBased: boolean },
  parent?: { sampled: boolean; remote: boolean },
) => {
  let draws = 0
  const isTaken = boundedSampler(settings, () => (draws++ % 1_000) / 1_000)
  const context = parent && {
    // the lowest one, which a sampler by ids always takes
    traceId: '00000000000000000000000000000001',
    spanId: '0000000000000001',
    traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: parent.remote,
  }
  let count = 0
  for (let n = 0; n < 1_000; n += 1) if (isTaken(context)) count += 1
  return count
}

describe('the share of requests that is traced', () => {
  const tenth = { share: 0.1, parentBased: true }

  it('is the one that is configured', () => {
    assert.equal(taken(tenth), 100)
    assert.equal(taken({ share: 0, parentBased: true }), 0)
    assert.equal(taken({ share: 1, parentBased: true }), 1_000)
  })

  it('is raised by no caller, whatever flag and trace id it sends', () => {
    assert.equal(taken(tenth, { sampled: true, remote: true }), 100)
    assert.equal(taken({ ...tenth, parentBased: false }, { sampled: true, remote: true }), 100)
  })

  it('is lowered by a caller where the sampler is based on it', () => {
    assert.equal(taken(tenth, { sampled: false, remote: true }), 0)
    assert.equal(taken({ ...tenth, parentBased: false }, { sampled: false, remote: true }), 100)
  })

  it('is decided once for a request and all that is done for it', () => {
    assert.equal(taken(tenth, { sampled: true, remote: false }), 1_000)
    assert.equal(taken(tenth, { sampled: false, remote: false }), 0)
  })
})
