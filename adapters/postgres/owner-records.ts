import type {
  OwnerRecord,
  OwnerRecords,
  RecordCounts,
} from '../../application/ports/owner-records.ts'
import { Fault } from '../../domain/fault.ts'
import type { Owner } from '../../domain/owner.ts'
import { type Connection, openConnection } from './pool/connection.ts'
import type { ConnectionTarget } from './pool/connection-url.ts'
import { failureOf } from './pool/failures.ts'
import { timeouts } from './pool/timeouts.ts'

/** For one statement: an owner may have a million tasks. */
const STATEMENT_MS = 10 * 60_000
/** What is held of an export at a time. */
const ROWS = 500

const tables = { tasks: 'tasks', idempotencyKeys: 'idempotency_keys' } as const
const kinds = Object.keys(tables) as (keyof RecordCounts)[]

type Query = (text: string, ...values: string[]) => Promise<Record<string, unknown>[]>

/**
 * Reads and removes what is kept of an owner. Each call is a transaction on a connection of its own, for which the
 * address without a pooler is meant. Every statement names one owner.
 */
export const ownerRecords = (target: ConnectionTarget): OwnerRecords => ({
  count: (owner) =>
    transaction(target, 'repeatable read', async (query) => {
      const [row] = await query(
        `select ${countsOf((kind) => `${tables[kind]} where owner = $1`)}`,
        owner,
      )
      return row as unknown as RecordCounts
    }),
  async *all(owner) {
    const connection = await connected(target)
    const query = queryOn(connection)
    try {
      await begin(query, 'repeatable read')
      for (const kind of kinds) yield* recordsOf(query, kind, owner)
    } catch (cause) {
      throw asFault(cause)
    } finally {
      connection.destroy()
    }
  },
  erase: (owner) =>
    transaction(target, 'read committed', async (query) => {
      const [row] = await query(ERASE, owner)
      await query(FORGET_TOTALS, owner)
      return row as unknown as RecordCounts
    }),
})

/** One row with how many rows there are of each kind. */
const countsOf = (rowsOf: (kind: keyof RecordCounts) => string): string =>
  kinds.map((kind) => `(select count(*)::int from ${rowsOf(kind)}) as "${kind}"`).join(', ')

/** One statement and so one moment: a task goes together with the key that made it. Triggers count what goes. */
const ERASE = `
  with ${kinds.map((kind) => `gone_${tables[kind]} as (delete from ${tables[kind]} where owner = $1 returning 1)`).join(', ')}
  select ${countsOf((kind) => `gone_${tables[kind]}`)}`

/** The triggers drop a total as well, but where there was no task any more they had nothing to do. */
const FORGET_TOTALS = 'select drop_empty_total($1)'

async function* recordsOf(query: Query, kind: keyof RecordCounts, owner: Owner) {
  // Whole rows: a column that is added later is exported without an edit here.
  const rows = `select row_to_json(kept) as record from ${tables[kind]} as kept where owner = $1`
  await query(`declare ${tables[kind]} no scroll cursor for ${rows}`, owner)
  for (;;) {
    const found = await query(`fetch ${ROWS} from ${tables[kind]}`)
    for (const { record } of found) yield { kind, record } as OwnerRecord
    if (found.length < ROWS) return
  }
}

/** One by one: on a cluster each is sent on to the workers, where the role's own timeouts would hold otherwise. */
const begin = async (query: Query, isolation: string): Promise<void> => {
  await query(`begin isolation level ${isolation}`)
  // Elsewhere nobody reads this setting.
  await query(`set local citus.propagate_set_commands = 'local'`)
  await query(`set local time zone 'UTC'`)
  await query(`set local statement_timeout = ${STATEMENT_MS}`)
  await query(`set local lock_timeout = ${timeouts.callTimeoutMs}`)
}

const connected = (target: ConnectionTarget): Promise<Connection> =>
  openConnection({
    target,
    timeouts: { ...timeouts, queryTimeoutMs: STATEMENT_MS },
    prepare: false,
  }).catch((cause) => {
    throw asFault(cause)
  })

const queryOn =
  ({ run }: Connection): Query =>
  (text, ...values) =>
    run((sql) => sql.unsafe(text, values))

const transaction = async <T>(
  target: ConnectionTarget,
  isolation: string,
  work: (query: Query) => Promise<T>,
): Promise<T> => {
  const connection = await connected(target)
  const query = queryOn(connection)
  let committing = false
  try {
    await begin(query, isolation)
    const result = await work(query)
    committing = true
    await query('commit')
    return result
  } catch (cause) {
    throw asFault(cause, committing && !failureOf(cause).answered)
  } finally {
    // A transaction that is open ends with its connection.
    connection.destroy()
  }
}

const asFault = (cause: unknown, unknown = false): Fault =>
  new Fault(unknown ? 'outcome_unknown' : 'database_unavailable', { cause })
