import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fault, type FaultCode } from '../../../domain/fault.ts'
import type { Intent } from './availability.ts'
import { database } from './database.ts'
import type { Call, Pool } from './pool.ts'
import { timeouts } from './timeouts.ts'

/** A pool that answers each attempt with the next of these, the last one for ever: an error to throw, a value, or what makes it. */
const scripted = (...script: unknown[]) => {
  const calls: Call[] = []
  const pool: Pool = {
    run: async <T>(_: unknown, call: Call = {}) => {
      const entry = script[Math.min(calls.length, script.length - 1)]
      const next = typeof entry === 'function' ? entry() : entry
      calls.push(call)
      if (next instanceof Error) throw next
      return next as T
    },
    close: async () => undefined,
    stats: { total: 0, idle: 0, connecting: 0, pending: 0 },
    distanceMs: () => 0,
    server: undefined,
  }
  return { calls, ...database(pool) }
}
const failure = (code: string, more: object = {}) =>
  Object.assign(new Error('x'), { code, ...more })
const refusal = (code: string, more = {}) => failure(code, { severity: 'ERROR', ...more })
const statement = () => Promise.resolve()
const intents: Intent[] = ['read', 'keyed', 'write']

describe('how often a failure is tried, and what it is called in the end:', () => {
  const [down, unknown, busy] = ['database_unavailable', 'outcome_unknown', 'overloaded'] as const
  const tuple = 'while locking tuple (0,1) in relation "tasks"'
  /** the attempts and the codes for a read, a keyed write and another write */
  const rows: [Error, number[], string[]][] = [
    [failure('CONNECTION_CLOSED'), [4, 4, 1], [down, unknown, unknown]],
    [refusal('53100'), [4, 4, 4], [down, down, down]],
    [refusal('40P01'), [4, 4, 4], [busy, busy, busy]],
    [refusal('40003'), [4, 4, 1], [down, unknown, unknown]],
    [refusal('42P01'), [1, 1, 1], [down, down, down]],
    [refusal('57014'), [1, 1, 1], [busy, busy, busy]],
    [refusal('55P03', { where: tuple }), [1, 1, 1], [busy, busy, busy]],
    [refusal('23505'), [1, 1, 1], ['23505', '23505', '23505']],
    [new Fault('overloaded'), [1, 1, 1], [busy, busy, busy]],
  ]
  for (const [error, allAttempts, codes] of rows)
    for (const [at, intent] of intents.entries()) {
      const [attempts, code] = [allAttempts[at], codes[at]]
      test(`${(error as Fault).code}, ${intent}: ${attempts} times, ${code}`, async () => {
        const { run, calls } = scripted(error)
        await assert.rejects(run(intent, statement), { code })
        assert.equal(calls.length, attempts)
      })
    }
})

test('A-10 · a key that another statement holds is a key in use', async () => {
  for (const where of [
    'while inserting index tuple (0,5) in relation "idempotency_keys_pkey"',
    // What lc_messages makes of it.
    'beim Einfügen von Indextupel (0,5) in Relation »idempotency_keys_pkey«',
  ]) {
    const { run } = scripted(refusal('55P03', { where }))
    await assert.rejects(run('keyed', statement), { code: 'idempotency_key_in_use' })
  }
})

describe('A-10 · once an attempt may have been carried out, a later one that was not proves nothing:', () => {
  for (const [later, code] of [
    [new Fault('database_unavailable'), 'outcome_unknown'],
    [new Fault('overloaded'), 'outcome_unknown'],
    [refusal('57014'), 'outcome_unknown'],
    [refusal('42P01'), 'outcome_unknown'],
    [refusal('55P03', { where: '"idempotency_keys_pkey"' }), 'idempotency_key_in_use'],
  ] as const)
    test(`${(later as Fault).code} is told as ${code}`, async () => {
      const { run } = scripted(failure('ECONNRESET'), later)
      await assert.rejects(run('keyed', statement), { code: code as FaultCode })
    })
})

test('what succeeds in the end is nobody’s fault', async () => {
  const { run, calls } = scripted(failure('ECONNRESET'), refusal('40001'), 'done')
  assert.equal(await run('read', statement), 'done')
  assert.equal(calls.length, 3)
})

test('retries are paid from a budget, so that an outage is not answered by a flood', async () => {
  const { run, calls } = scripted(failure('ECONNRESET'))
  await Promise.all(
    Array.from({ length: 200 }, () => run('read', statement).catch(() => undefined)),
  )
  assert.ok(calls.length <= 200 + 50 + 200 * 0.2, `${calls.length} attempts`)
})

test('whatever is sent has time to fall silent before the deadline', async () => {
  const { run, calls } = scripted('done')
  await run('read', statement)
  assert.ok((calls[0]?.acquireTimeoutMs ?? 0) <= timeouts.callTimeoutMs - timeouts.queryTimeoutMs)
  const past = performance.now() + timeouts.queryTimeoutMs - 1
  await assert.rejects(run('read', statement, past), { code: 'overloaded' })
  assert.equal(calls.length, 1)
})

test('a read that was never answered, with no time for another, is told as what it is', async ({
  mock,
}) => {
  let now = 0
  mock.method(performance, 'now', () => now)
  const silent = () => {
    now += timeouts.queryTimeoutMs
    return failure('ETIMEDOUT')
  }
  const { run, calls } = scripted(silent)
  await assert.rejects(run('read', statement), { code: 'database_unavailable' })
  assert.equal(calls.length, 1)
})

test('the error of a statement keeps its own name, for whoever wrote the statement', async () => {
  const error = refusal('23505', { constraint_name: 'idempotency_keys_pkey' })
  await assert.rejects(scripted(error).run('keyed', statement), (thrown) => thrown === error)
})
