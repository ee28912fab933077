import type { Probe } from '../../application/ports/probe.ts'
import { Fault } from '../../domain/fault.ts'
import type { Pool } from './pool.ts'

/**
 * Asks what a request would: whether the table is there and this role may read and write it, on a server
 * that takes writes. It shares the pool with requests, so it cannot be well where they are not.
 */
export const postgresProbe = (pool: Pool): Probe => ({
  check: async () => {
    const [row] = await pool.run(
      (sql) => sql`
        select current_setting('transaction_read_only') = 'off'
          and has_table_privilege('tasks', 'insert')
          and has_table_privilege('tasks', 'update')
          and has_table_privilege('tasks', 'delete') as usable
        from (select 1) as always left join (select from tasks limit 1) as task on true`,
    )
    if (row?.usable !== true) throw new Fault('database_unavailable')
  },
})
