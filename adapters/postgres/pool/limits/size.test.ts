import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { poolSize } from './size.ts'

const server = (maxConnections: number, pooled = false) => ({
  pooled,
  maxConnections,
  statementTimeoutMs: 4_000,
  sharded: false,
})

describe('the connections of a pool', () => {
  for (const [distanceMs, max, pooled, connections] of [
    // ten beside the service, and as many as the network makes wait, within what the server has
    [0.3, 419, false, 10],
    [5, 419, false, 10],
    [30, 419, false, 60],
    [200, 419, false, 91],
    [30, 104, false, 20],
    [0.3, 20, false, 2],
    [30, 104, true, 60],
    [200, 419, true, 100],
    [0.3, 25, true, 10],
  ] as const)
    test(`are ${connections} at ${distanceMs} ms from ${pooled ? 'a pooler before ' : ''}a server of ${max}`, () => {
      const size = poolSize()
      assert.ok(size.connections(undefined) === 10)
      size.answered(distanceMs + 100)
      size.answered(distanceMs)
      assert.equal(size.connections(server(max, pooled)), connections)
      assert.equal(size.distanceMs(), distanceMs)
      size.forget()
      assert.equal(size.distanceMs(), 0)
      assert.ok(size.connections(server(max, pooled)) <= 10)
    })

  test('are the number that somebody chose', () => {
    const size = poolSize(7)
    size.answered(200)
    assert.equal(size.connections(server(419)), 7)
  })
})
