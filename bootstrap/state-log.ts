import type { Logger } from 'pino'
import { remedyFor } from '../adapters/postgres/pool/failures.ts'
import type { PoolState } from '../adapters/postgres/pool/pool.ts'

/** Connections that PostgreSQL keeps for superusers, and that Neon uses itself. */
const RESERVED_CONNECTIONS = 10

/** One line for each change of state of the database, never one for each request. */
export const logDatabaseState =
  (logger: Logger, poolMax: number) =>
  (state: PoolState): void => {
    if (!state.reachable) {
      const { code, kind } = state.failure
      logger.error({ code, kind, remedy: remedyFor(state.failure) }, 'the database cannot serve')
      return
    }
    const { pooled, statementTimeoutMs, maxConnections } = state.connection
    logger.info({ pooled, statementTimeoutMs, maxConnections }, 'the database serves')
    if (statementTimeoutMs === 0)
      logger.warn(
        'the role has no statement_timeout and the pooler lets none be set: run migrate as that role',
      )
    if (!pooled && poolMax > maxConnections - RESERVED_CONNECTIONS)
      logger.warn(
        { maxConnections },
        'DATABASE_POOL_MAX leaves no room: times replicas it must stay below the connections of the database',
      )
  }

/** One line for each change of state of the auth server. */
export const logKeySetState =
  (logger: Logger) =>
  (state: 'reachable' | 'unreachable', cause?: unknown): void => {
    if (state === 'reachable') logger.info('key set reachable')
    else logger.error({ err: cause }, 'key set unreachable: known keys serve for an hour')
  }
