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
  check: () =>
    pool.run((sql) => (pool.server?.sharded ? inquireOfCluster(sql) : inquire(sql)), {
      timeoutMs: PROBE_MS,
    }),
})

const inquire = async (sql: Sql): Promise<void> => {
  const [row] = await sql.unsafe(`
    select ${rights}
    from (select 1) as always left join (select 1 as one from tasks limit 1) as task on true`)
  assertRights(row)
}

/**
 * On a cluster each worker has owners of its own, and losing one loses only them. So it is well as long as one worker
 * can be reached from its coordinator (decisions/0042); the first that can ends the search.
 */
const inquireOfCluster = async (sql: Sql): Promise<void> => {
  const [row] = await sql.unsafe(`
    select ${rights},
      (select count(*) = 3 from pg_dist_partition
        where logicalrelid in ('tasks'::regclass, 'task_totals'::regclass, 'idempotency_keys'::regclass)
        and column_to_column_name(logicalrelid, partkey) = 'owner') as distributed,
      exists (select 1 from pg_dist_node
        where isactive and shouldhaveshards and noderole = 'primary'
        and citus_check_connection_to_node(nodename, nodeport)) as served`)
  assertRights(row)
  if (row?.distributed !== true) throw answered('42P16')
  if (row.served !== true) throw answered('08006')
}

const rights = `current_setting('transaction_read_only') = 'off' as writable,
  has_table_privilege('tasks', 'insert') and has_table_privilege('tasks', 'update')
  and has_table_privilege('tasks', 'delete') as granted`

const assertRights = (row: Record<string, unknown> | undefined): void => {
  if (row?.writable !== true) throw answered('25006')
  if (row.granted !== true) throw answered('42501')
}

/** What the server would answer to the write itself. */
const answered = (code: string): Error =>
  Object.assign(new Error(code), { code, severity: 'ERROR' as const })
