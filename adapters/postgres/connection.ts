import { connect, type Socket } from 'node:net'
import postgres from 'postgres'
import { type ConnectionTarget, isPoolerHost } from './connection-url.ts'
import { limits } from './limits.ts'

export type Sql = postgres.Sql

/**
 * One connection, for one caller at a time. postgres.js keeps no promise once a connection has failed: it
 * dials again by itself, replays stale errors and may leave queries unsettled (porsager/postgres #1154,
 * #1193, #1208, #1223). So each of its instances gets one socket in its life, and whoever sees it fail
 * destroys both.
 */
export interface Connection {
  sql: Sql
  readonly lost: boolean
  /** when it was opened, by `performance.now()` */
  since: number
  facts: ServerFacts
  /** Ends it at once, whatever it is doing. */
  destroy(): void
}

export interface ServerFacts {
  /** a pooler answers at this address, so sessions are not ours to keep state in */
  pooled: boolean
  /** as the server enforces it, 0 for none */
  statementTimeoutMs: number
  maxConnections: number
}

export interface ConnectionOptions {
  target: ConnectionTarget
  /** whether statements are prepared by name on the server */
  prepare: boolean
}

/** Dials, logs in and asks the server about itself. @throws what the driver throws, and leaves nothing open */
export const openConnection = async ({
  target,
  prepare,
}: ConnectionOptions): Promise<Connection> => {
  let socket: Socket | undefined
  let lost = false
  const sql = postgres({
    host: target.host,
    port: target.port,
    database: target.database,
    username: target.user,
    password: target.password,
    ssl: target.tls,
    ...(target.directTls && { sslnegotiation: 'direct' as const }),
    max: 1,
    // No statement is ever sent behind another, and no type is asked for on connecting.
    max_pipeline: 0,
    fetch_types: false,
    prepare,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: limits.connectMs / 1000,
    backoff: false,
    // All that Neon's proxy and PgBouncer let through (neondatabase/neon proxy, set_startup_params).
    connection: { application_name: 'task-ownership-api' },
    onnotice: () => undefined,
    onclose: () => {
      lost = true
    },
    socket: () => {
      if (socket) throw Object.assign(new Error('one dial only'), { code: 'CONNECTION_CLOSED' })
      socket = dial(target)
      return socket
    },
  } as postgres.Options<Record<string, never>>)
  const connection: Connection = {
    sql,
    get lost() {
      return lost
    },
    since: performance.now(),
    facts: { pooled: false, statementTimeoutMs: 0, maxConnections: 0 },
    destroy: () => {
      lost = true
      socket?.destroy()
      sql.end({ timeout: 0 }).catch(() => undefined)
    },
  }
  try {
    connection.facts = await within(limits.connectMs, inquire(sql))
    return connection
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/** Rejects with `ETIMEDOUT` when the work outlives its bound; the work itself is the caller's to end. */
export const within = async <T>(ms: number, work: PromiseLike<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('too late'), { code: 'ETIMEDOUT' })),
      ms,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const dial = ({ host, port }: ConnectionTarget): Socket => {
  const socket = connect({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: 1_000 })
  // The driver listens only later; an error before that must not end the process. `close` follows.
  socket.on('error', () => undefined)
  // The driver takes the server name for TLS from here.
  return Object.assign(socket, { host, port })
}

/**
 * A pooler answers with a process id of its own making, so it shows by that. Where there is none the
 * session is ours: timeouts that the role does not have are set on it. Behind a pooler they would stay with
 * whoever gets the session next, so there they must come from the role.
 */
const inquire = async (sql: Sql): Promise<ServerFacts> => {
  const result = await sql.unsafe(`select pg_backend_pid() as pid,
    (select setting::int from pg_settings where name = 'statement_timeout') as timeout,
    current_setting('max_connections')::int as connections`)
  const row = result[0] as unknown as { pid: number; timeout: number; connections: number }
  const pooled = (result as unknown as { state: { pid: number } }).state.pid !== row.pid
  const facts = { pooled, statementTimeoutMs: row.timeout, maxConnections: row.connections }
  if (pooled || row.timeout > 0) return facts
  await sql.unsafe(
    `set statement_timeout = ${limits.statementMs}; set lock_timeout = ${limits.lockMs}`,
  )
  return { ...facts, statementTimeoutMs: limits.statementMs }
}

/** Behind Neon's pooler named statements are kept for us; behind any other they may be mixed up. */
export const mayPrepare = (target: ConnectionTarget, { pooled }: ServerFacts): boolean =>
  !pooled || (isPoolerHost(target.host) && target.host.endsWith('.neon.tech'))
