import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { checkHealth, HEALTH_TIMEOUT_MS } from './check-health.ts'

/** A probe whose calls are settled by the test. */
const heldProbe = () => {
  const calls: { resolve: () => void; reject: (error: Error) => void }[] = []
  const check = () =>
    new Promise<void>((resolve, reject) => {
      calls.push({ resolve, reject })
    })
  return { calls, check }
}

describe('the deep health check', () => {
  it('tells how long the answer took', async () => {
    const health = await checkHealth({ check: async () => undefined })()
    assert.equal(health.status, 'ok')
    assert.equal(health.database.status, 'connected')
    assert.ok('latencyMs' in health.database && health.database.latencyMs >= 0)
  })

  it('tells nothing of a failure but that it is one', async () => {
    const check = checkHealth({ check: () => Promise.reject(new Error('secret')) })
    assert.deepEqual(await check(), {
      status: 'unavailable',
      database: { status: 'disconnected' },
    })
  })

  it('asks once for all who call meanwhile, and anew for the next', async () => {
    const probe = heldProbe()
    const check = checkHealth(probe)
    const answers = Array.from({ length: 20 }, () => check())
    assert.equal(probe.calls.length, 1)
    probe.calls[0]?.resolve()
    assert.ok((await Promise.all(answers)).every(({ status }) => status === 'ok'))
    const next = check()
    assert.equal(probe.calls.length, 2)
    probe.calls[1]?.reject(new Error('down'))
    assert.equal((await next).status, 'unavailable')
  })

  it('waits no longer than its bound', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const probe = heldProbe()
    const check = checkHealth(probe)
    let settled = false
    const answer = check().finally(() => {
      settled = true
    })
    mock.timers.tick(HEALTH_TIMEOUT_MS - 1)
    await new Promise(setImmediate)
    assert.equal(settled, false)
    mock.timers.tick(1)
    assert.equal((await answer).status, 'unavailable')
  })

  it('sends no second probe after one that hangs, and tells at once what is known', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const probe = heldProbe()
    const check = checkHealth(probe)
    const answer = check()
    mock.timers.tick(HEALTH_TIMEOUT_MS)
    assert.equal((await answer).status, 'unavailable')
    assert.equal((await check()).status, 'unavailable')
    assert.equal(probe.calls.length, 1)
    probe.calls[0]?.resolve()
    await new Promise(setImmediate)
    check()
    assert.equal(probe.calls.length, 2)
  })
})
