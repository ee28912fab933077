import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { REQUEST_TIMEOUT_MS } from '../../adapters/http/guards/deadline.ts'
import { FETCH_TIMEOUT_MS } from '../../adapters/jwt/jwk-set-document.ts'
import { COOLDOWN_MS } from '../../adapters/jwt/remote-keys.ts'
import { timeouts } from '../../adapters/postgres/pool/timeouts.ts'

const record = readFileSync(new URL('../0007-bound-every-wait.md', import.meta.url), 'utf8')
const recorded = Object.fromEntries(
  [...record.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name = '', ms]) => [name, Number(ms)]),
)

test('the recorded bounds are the ones in force', () => {
  assert.ok(Object.keys(recorded).length >= 7)
  for (const [name, ms] of Object.entries(recorded))
    assert.equal(timeouts[name as keyof typeof timeouts], ms, name)
})

test('each bound leaves room for what follows it, and all together for an answer within 10 s', () => {
  const { lockTimeoutMs, statementTimeoutMs, queryTimeoutMs, acquireTimeoutMs, callTimeoutMs } =
    timeouts
  const inOrder = [
    lockTimeoutMs,
    statementTimeoutMs,
    queryTimeoutMs,
    acquireTimeoutMs + queryTimeoutMs,
    callTimeoutMs,
    REQUEST_TIMEOUT_MS,
    10_000,
  ]
  assert.deepEqual(
    inOrder,
    [...inOrder].sort((a, b) => a - b),
  )
  assert.equal(new Set(inOrder).size, inOrder.length)
})

test('a token of a new key waits for the next fetch and its answer, and is still answered in time', () => {
  const { acquireTimeoutMs, queryTimeoutMs } = timeouts
  assert.ok(COOLDOWN_MS + FETCH_TIMEOUT_MS + acquireTimeoutMs < REQUEST_TIMEOUT_MS)
  assert.ok(COOLDOWN_MS + FETCH_TIMEOUT_MS + queryTimeoutMs < REQUEST_TIMEOUT_MS)
})
