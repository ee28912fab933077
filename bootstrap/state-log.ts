import type { Logger } from 'pino'
import type { KeySetState } from '../adapters/jwt/remote-keys.ts'
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
    const { pooled, statementTimeoutMs, maxConnections, sharded } = state.connection
    logger.info({ pooled, statementTimeoutMs, maxConnections, sharded }, 'the database serves')
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
  (state: KeySetState): void => {
    if (!state.reachable) {
      const { code, remedy, hasKeys } = state
      const meanwhile = hasKeys
        ? 'the keys known so far serve for an hour'
        : 'until it can, every token is answered 503'
      logger.error({ code, remedy }, `the key set of AUTH_JWKS_URL cannot be had: ${meanwhile}`)
      return
    }
    const { keys, refused } = state
    if (keys > 0) logger.info({ keys }, 'the key set of AUTH_JWKS_URL serves')
    else
      logger.error('the key set of AUTH_JWKS_URL holds no key that can be used: all tokens are 401')
    if (refused.length > 0)
      logger.warn({ refused }, 'keys of AUTH_JWKS_URL are not used, anybody could sign under them')
  }

/** A wrong setting is met by every request; this often it is told. */
const MISFIT_INTERVAL_MS = 10 * 60_000

const variables = { iss: 'AUTH_ISSUER', aud: 'AUTH_AUDIENCE' } as const

/** One line in ten minutes for each claim by which good tokens are refused. */
export const logMisfits = (logger: Logger, now = () => performance.now()) => {
  const told = new Map<string, number>()
  return (claim: 'iss' | 'aud'): void => {
    const last = told.get(claim)
    if (last !== undefined && now() - last < MISFIT_INTERVAL_MS) return
    told.set(claim, now())
    logger.warn(
      { claim, variable: variables[claim] },
      'well-signed tokens are refused because this claim is not the variable’s value, byte for byte: correct the one or the other',
    )
  }
}

/** While two secrets are accepted: one line at the start, one when it is over. */
export const logRotation =
  (logger: Logger, untilMs: number) =>
  (accepted: boolean): void => {
    const until = new Date(untilMs).toISOString()
    if (accepted) logger.info({ until }, 'tokens of the previous secret are accepted too')
    else
      logger.warn(
        { until },
        'tokens of the previous secret are refused: remove BETTER_AUTH_SECRET_PREVIOUS and its UNTIL',
      )
  }
