import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fastify from 'fastify'
import { errorHandler } from '../error-handler.ts'
import { loadShedding } from './load-shedding.ts'

/** More than a machine of many other processes makes a loop late. */
const DELAY_MAX_MS = 250
const PATIENCE_MS = 120_000

/** A loop that stands still takes no processor from other tests. */
const stand = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

describe('shedding load', () => {
  it('turns requests away while the event loop is late, but for liveness, and takes them again', async () => {
    const app = fastify()
    app.setErrorHandler(errorHandler)
    await loadShedding(app, DELAY_MAX_MS)
    app.get('/livez', async () => 'alive')
    app.get('/anything', async () => 'done')
    const until = async (status: number, load: () => void) => {
      const deadline = performance.now() + PATIENCE_MS
      for (;;) {
        const answer = await app.inject('/anything')
        if (answer.statusCode === status) return answer
        assert.ok(performance.now() < deadline, `never ${status}`)
        load()
        await turn()
      }
    }
    await until(200, () => undefined)
    const refused = await until(503, () => stand(4 * DELAY_MAX_MS))
    assert.equal(refused.json().code, 'overloaded')
    assert.equal(refused.headers['retry-after'], '1')
    assert.equal((await app.inject('/livez')).statusCode, 200)
    await until(200, () => undefined)
    await app.close()
  })

  it('takes an interval in which nothing could be measured for as late as it is long', async () => {
    const app = fastify()
    app.setErrorHandler(errorHandler)
    await loadShedding(app, 60_000)
    app.get('/anything', async () => 'done')
    await app.ready()
    stand(1_100)
    for (const end = performance.now() + 100; performance.now() < end; await turn())
      assert.equal((await app.inject('/anything')).statusCode, 200)
    await app.close()
  })
})
