import type { Idempotency } from '../../../application/ports/owned-tasks.ts'
import { Fault } from '../../../domain/fault.ts'
import type { Sql } from '../pool/connection.ts'
import type { Database } from '../pool/database.ts'
import { timeouts } from '../pool/timeouts.ts'
import { ask, type Statement } from './task-statements.ts'

/** A record that can neither be taken nor be read is an expired one, and that is removed in between. */
const ATTEMPTS_MAX = 5
/** How often a process looks for records that no longer count, at the most. */
const SWEEP_EVERY_MS = 10 * 60_000
/** As many as one statement removes without being noticed. */
const SWEEP_BATCH = 1_000

interface IdempotencyRecord {
  owner: string
  operation: string
  idempotency: Idempotency
}

export type Idempotent = <Row>(
  record: IdempotencyRecord,
  statement: Statement,
) => Promise<Row | undefined>

/**
 * Runs statements that record their answer under a key. Losing the race for the key undoes the statement as a
 * duplicate; by then the winner has committed, so the next run finds the winner's answer.
 *
 * Records are removed after their day on the back of requests that write new ones: no timer of its own keeps an
 * idle database awake, and what one round leaves the next one finds.
 */
export const idempotent = (database: Database): Idempotent => {
  let sweepDue = performance.now()
  const sweep = () => {
    if (performance.now() < sweepDue) return
    sweepDue = performance.now() + SWEEP_EVERY_MS
    // Nobody waits for it, and a failure only puts it off.
    database.run('keyed', removeExpired).catch(() => undefined)
  }
  return async <Row>(record: IdempotencyRecord, statement: Statement) => {
    sweep()
    const deadline = performance.now() + timeouts.callTimeoutMs
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        return await database.run('keyed', (sql) => ask<Row>(sql, statement), deadline)
      } catch (error) {
        if (!isTaken(error)) throw error
        await database.run('keyed', (sql) => removeIfExpired(sql, record), deadline)
      }
    }
    throw new Fault('idempotency_key_in_use')
  }
}

const isTaken = (error: unknown): boolean =>
  (error as { constraint_name?: string }).constraint_name === 'idempotency_keys_pkey'

const removeIfExpired = (sql: Sql, { owner, operation, idempotency }: IdempotencyRecord) => sql`
  delete from idempotency_keys
  where owner = ${owner} and operation = ${operation} and key = ${idempotency.key}
    and created_at <= now() - interval '24 hours'`

const removeExpired = (sql: Sql) => sql`
  delete from idempotency_keys where (owner, operation, key) in (
    select owner, operation, key from idempotency_keys
    where created_at <= now() - interval '24 hours' order by created_at limit ${SWEEP_BATCH})`
