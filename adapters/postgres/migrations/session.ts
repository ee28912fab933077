import { setTimeout as delay } from 'node:timers/promises'
import { type Connection, openConnection } from '../pool/connection.ts'
import type { ConnectionTarget } from '../pool/connection-url.ts'
import { timeouts } from '../pool/timeouts.ts'
import { explain, MigrationError } from './migration-error.ts'

/** Any number, the same for every deploy of this service. */
const LOCK = 7_261_734
/** For another deploy's migrations. */
const TURN_MS = 120_000
const TURN_RETRY_MS = 250
/** For a table that requests are using: everyone who comes later queues up behind a statement that waits. */
export const TABLE_MS = 10_000
/** For one file. */
const FILE_MS = 60 * 60_000

export type Row = Record<string, unknown>

export interface Session {
  run: Connection['run']
  /** `doing` completes the sentence "the migration failed while …". @throws MigrationError */
  query(doing: string, text: string): Promise<Row[]>
}

/**
 * The one session that changes the schema or compares it at a time, free of the timeouts of requests. Must not go
 * through a pooler: the lock belongs to the session.
 * @throws MigrationError
 */
export const inTurn = async <T>(
  target: ConnectionTarget,
  work: (session: Session) => Promise<T>,
): Promise<T> => {
  const options = { target, timeouts: { ...timeouts, queryTimeoutMs: FILE_MS }, prepare: false }
  // It is never dialled again: a second connection would go on without the lock of the first.
  const { facts, run, destroy } = await openConnection(options).catch(explain('connecting'))
  try {
    if (facts.pooled)
      throw new MigrationError(
        'a pooler answers there: set DATABASE_URL_UNPOOLED to the host of the database itself',
      )
    const query: Session['query'] = (doing, text) =>
      run((sql) => sql.unsafe(text)).catch(explain(doing))
    await query('beginning', `set statement_timeout = 0; set lock_timeout = ${TABLE_MS}`)
    await takeTurn(query)
    return await work({ run, query })
  } finally {
    await run((sql) => sql.end({ timeout: 1 })).catch(() => undefined)
    destroy()
  }
}

/** Asks again and again: an index that is built concurrently would wait for a session that waits in a statement. */
const takeTurn = async (query: Session['query']): Promise<void> => {
  const doing = 'waiting for another one to end'
  const until = performance.now() + TURN_MS
  for (;;) {
    const [row] = await query(doing, `select pg_try_advisory_lock(${LOCK}) as mine`)
    if (row?.mine === true) return
    if (performance.now() > until) explain(doing)({ code: '55P03' })
    await delay(TURN_RETRY_MS)
  }
}
