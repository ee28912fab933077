import type { Log } from '../../application/ports/log.ts'
import { remedyFor } from './pool/failures.ts'
import type { PoolState } from './pool/pool.ts'

/** Connections that PostgreSQL keeps for superusers, and that Neon uses itself. */
const RESERVED_CONNECTIONS = 10

/** One line for each change of state of the database, never one for each request. */
export const logDatabaseState =
  (log: Log, poolMax = 0) =>
  (state: PoolState): void => {
    if (!state.reachable) {
      const { code, kind } = state.failure
      log.error({ code, kind, remedy: remedyFor(state.failure) }, 'the database cannot serve')
      return
    }
    const { pooled, statementTimeoutMs, maxConnections, sharded } = state.connection
    log.info({ pooled, statementTimeoutMs, maxConnections, sharded }, 'the database serves')
    if (statementTimeoutMs === 0)
      log.warn(
        {},
        'the role has no statement_timeout and the pooler lets none be set: run migrate as that role',
      )
    if (!pooled && poolMax > maxConnections - RESERVED_CONNECTIONS)
      log.warn(
        { maxConnections },
        'DATABASE_POOL_MAX leaves no room: times replicas it must stay below the connections of the database',
      )
  }
