import type { Idempotency } from '../../../application/ports/owned-tasks.ts'
import { Fault } from '../../../domain/fault.ts'
import type { Task } from '../../../domain/task.ts'
import type { Sql } from '../pool/connection.ts'
import type { Database } from '../pool/database.ts'
import { onlyCaller } from '../pool/observed/callers.ts'
import { timeouts } from '../pool/timeouts.ts'
import { queryRow, type Statement } from './statement.ts'

/** A record that is in the way though no longer valid has expired; it is removed between two attempts. */
const ATTEMPTS_MAX = 5
/** How often a process looks for expired records, at the most; while there are more than one statement removes, always. */
const SWEEP_EVERY_MS = 10 * 60_000
/** Few enough for one statement not to slow down others. */
const SWEEP_BATCH = 1_000

interface IdempotencyRecord {
  owner: string
  operation: string
  idempotency: Idempotency
}

export interface KeyedRow {
  /** null where the precondition does not hold */
  task: Task | null
  /** the fingerprint of the earlier request whose result this is, null for a new result */
  replayed: string | null
}

export type RunKeyed = (
  record: IdempotencyRecord,
  statement: Statement,
) => Promise<KeyedRow | undefined>

/**
 * Runs statements that record their result under a key. Of two with the same key at the same time one fails as a
 * duplicate and changes nothing; by then the other has committed, so the next attempt returns the recorded result.
 *
 * Expired records are removed when requests write new ones, and not by a timer, which would keep an idle
 * database awake.
 */
export const keyedRun = (database: Database): RunKeyed => {
  let sweepDue = performance.now()
  const sweep = () => {
    if (performance.now() < sweepDue) return
    sweepDue = performance.now() + SWEEP_EVERY_MS
    // Not awaited: after a failure the next sweep removes them.
    database
      .run('keyed', removeExpired, undefined, () => [])
      .then(
        ({ count }) => {
          if (count === SWEEP_BATCH) sweepDue = performance.now()
        },
        () => undefined,
      )
  }
  return async (record, statement) => {
    sweep()
    const deadline = performance.now() + timeouts.callTimeoutMs
    const callers = onlyCaller(database.caller())
    const run = (sql: Sql) => queryRow<KeyedRow>(sql, statement)
    let refused = false
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        const row = await database.run('keyed', run, deadline, callers)
        // One that changes nothing may have waited for the first request with this key to change the task, and have
        // begun too early to see its record, which the next one sees.
        if (row?.task || refused) return row
        refused = true
      } catch (error) {
        if (!isTaken(error)) throw error
        await database.run('keyed', (sql) => removeIfExpired(sql, record), deadline, callers)
      }
    }
    throw new Fault('idempotency_key_in_use')
  }
}

/** From a shard of a cluster there is no name of a constraint but in the message, and it has a number behind it. */
const isTaken = (error: unknown): boolean => {
  const { code, message, constraint_name } = error as Record<string, unknown>
  return code === '23505' && /idempotency_keys_pkey/.test(String(constraint_name ?? message))
}

const removeIfExpired = (sql: Sql, { owner, operation, idempotency }: IdempotencyRecord) => sql`
  delete from idempotency_keys
  where owner = ${owner} and operation = ${operation} and key = ${idempotency.key}
    and created_at <= now() - interval '24 hours'`

const removeExpired = (sql: Sql) => sql`
  delete from idempotency_keys where (owner, operation, key) in (
    select owner, operation, key from idempotency_keys
    where created_at <= now() - interval '24 hours' order by created_at limit ${SWEEP_BATCH})`
