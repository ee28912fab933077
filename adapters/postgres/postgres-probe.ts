import type { Probe } from '../../application/ports/probe.ts'
import type { Sql } from './pool/connection.ts'
import type { Pool } from './pool/pool.ts'

/**
 * A probe is over before whoever asked has stopped waiting (2 s, contract of /health): the next one then begins
 * anew, and finds a database that has come back.
 */
const PROBE_MS = 1_900

/**
 * Asks what a request would: whether the table is there and this role may read and write it, on a server
 * that takes writes. It shares the pool with requests, so it cannot be well where they are not.
 */
export const postgresProbe = (pool: Pool): Probe => ({
  check: () => pool.run(inquire, { timeoutMs: PROBE_MS }),
})

const inquire = async (sql: Sql): Promise<void> => {
  const [row] = await sql`
    select current_setting('transaction_read_only') = 'off' as writable,
      has_table_privilege('tasks', 'insert') and has_table_privilege('tasks', 'update')
      and has_table_privilege('tasks', 'delete') as granted
    from (select 1) as always left join (select from tasks limit 1) as task on true`
  if (row?.writable !== true) throw answered('25006')
  if (row.granted !== true) throw answered('42501')
}

/** What the server would answer to the write itself. */
const answered = (code: string): Error =>
  Object.assign(new Error(code), { code, severity: 'ERROR' as const })
