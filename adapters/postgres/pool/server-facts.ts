import type postgres from 'postgres'
import { type ConnectionTarget, isPoolerHost } from './connection-url.ts'
import type { Timeouts } from './timeouts.ts'

/** What a new connection says of the server behind it. */
export interface ServerFacts {
  /** a pooler answers at this address, so the session may be another one for each statement */
  pooled: boolean
  /** as the server enforces it, 0 for none */
  statementTimeoutMs: number
  maxConnections: number
  /** Citus is there: tables are spread over servers by their owner */
  sharded: boolean
}

/**
 * Asks the server about itself.
 *
 * A pooler makes up the process id that it sends on connecting, so there it differs from the backend's. Neon's proxy
 * makes one up even without a pooler (neondatabase/neon, prepare_client_connection), so there the host name decides.
 * Without a pooler the session is ours, and timeouts that the role lacks are set on it. Behind a pooler they would
 * stay with whoever gets the session next, so there they must come from the role.
 */
export const inquire = async (
  sql: postgres.Sql,
  target: ConnectionTarget,
  timeouts: Timeouts,
): Promise<ServerFacts> => {
  const result = await sql.unsafe(`select pg_backend_pid() as pid,
    (select setting::int from pg_settings where name = 'statement_timeout') as statement,
    (select setting::int from pg_settings where name = 'lock_timeout') as lock,
    current_setting('max_connections')::int as connections,
    exists (select from pg_extension where extname = 'citus') as sharded`)
  const row = result[0] as unknown as ServerRow
  const { pid } = (result as unknown as { state: { pid: number } }).state
  const pooled = isNeon(target) ? isPoolerHost(target.host) : pid !== row.pid
  const facts = {
    pooled,
    statementTimeoutMs: row.statement,
    maxConnections: row.connections,
    sharded: row.sharded,
  }
  const missing = [
    ...(row.statement > 0 ? [] : [`set statement_timeout = ${timeouts.statementTimeoutMs}`]),
    ...(row.lock > 0 ? [] : [`set lock_timeout = ${timeouts.lockTimeoutMs}`]),
  ]
  if (pooled || missing.length === 0) return facts
  await sql.unsafe(missing.join(';'))
  return { ...facts, statementTimeoutMs: row.statement || timeouts.statementTimeoutMs }
}

interface ServerRow {
  pid: number
  statement: number
  lock: number
  connections: number
  sharded: boolean
}

const isNeon = ({ host }: ConnectionTarget): boolean => host.endsWith('.neon.tech')

/** Neon's pooler tracks named statements for each client; another one may mix up those of several clients. */
export const mayPrepare = (target: ConnectionTarget, { pooled }: ServerFacts): boolean =>
  !pooled || isNeon(target)
