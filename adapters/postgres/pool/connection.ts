import postgres from 'postgres'
import { type ConnectionTarget, isPoolerHost } from './connection-url.ts'
import { protocolFilter } from './protocol-filter.ts'
import { coded, openSocket } from './socket.ts'
import { timeouts as defaultTimeouts, type Timeouts } from './timeouts.ts'

export type Sql = postgres.Sql

/**
 * One connection, for one caller at a time. postgres.js cannot be trusted after a connection has failed: it
 * reconnects by itself, reports stale errors and may leave queries unsettled (porsager/postgres #1154,
 * #1193, #1208, #1223). So each of its instances gets one socket in its life, and both are destroyed once it fails.
 */
export interface Connection {
  /** Settles within the timeout, with `ETIMEDOUT` if need be; whatever still runs then is not waited for. */
  run<T>(statement: (sql: Sql) => PromiseLike<T>, queryTimeoutMs?: number): Promise<T>
  /** for callers who do without that timeout */
  readonly sql: Sql
  /** whether another statement may be run: it is open, has answered everything and has no open transaction */
  readonly usable: boolean
  /** by `performance.now()` */
  readonly openedAt: number
  readonly facts: ServerFacts
  /** Ends it at once, whatever it is doing. */
  destroy(): void
}

export interface ServerFacts {
  /** a pooler answers at this address, so the session may be another one for each statement */
  pooled: boolean
  /** as the server enforces it, 0 for none */
  statementTimeoutMs: number
  maxConnections: number
  /** Citus is there: tables are spread over servers by their owner */
  sharded: boolean
}

export interface ConnectionOptions {
  target: ConnectionTarget
  timeouts?: Timeouts
  /** ends the attempt; by default after `connectTimeoutMs` */
  signal?: AbortSignal
  /** false where statements must not be prepared by name although it is safe */
  prepare?: boolean
}

/**
 * Connects, logs in and asks the server about itself, until the signal ends it.
 * @throws what the network, the driver or the server throws, and leaves nothing open
 */
export const openConnection = async ({
  target,
  timeouts = defaultTimeouts,
  signal = AbortSignal.timeout(timeouts.connectTimeoutMs),
  prepare = true,
}: ConnectionOptions): Promise<Connection> => {
  const rawSocket = await openSocket(target, signal)
  let lost = false
  /** until then the signal is the only timeout: a server may take longer to wake than to answer */
  let loggedIn = false
  /** rejects the running statement */
  let fail: ((error: Error) => void) | undefined
  const lose = () => {
    lost = true
  }
  const socket = protocolFilter(rawSocket, lose)
  rawSocket.once('close', lose)
  const sql = driver(target, timeouts, socket)

  let due = 0
  let timer: NodeJS.Timeout | undefined
  let timerDue = 0
  /**
   * One timer for many statements: when it fires, it is set again for the one that runs then. With a timer for each
   * statement one process answered 0.78 times as many at 50 callers on 10 connections.
   */
  const setTimer = (ms: number) => {
    timerDue = performance.now() + ms
    timer = setTimeout(() => {
      timer = undefined
      const remainingMs = due - performance.now()
      if (fail && remainingMs > 0) setTimer(remainingMs)
      else timeOut()
    }, ms).unref()
  }
  const timeOut = () => fail?.(coded('ETIMEDOUT'))

  const run = <T>(
    statement: (sql: Sql) => PromiseLike<T>,
    queryTimeoutMs = timeouts.queryTimeoutMs,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const running = statement(sql)
      fail = reject
      due = performance.now() + queryTimeoutMs
      if (loggedIn && (!timer || timerDue > due)) {
        clearTimeout(timer)
        setTimer(queryTimeoutMs)
      }
      // Handled even after the timeout, so that a late failure is not an unhandled rejection.
      running.then(
        (result) => {
          fail = undefined
          resolve(result)
        },
        (error) => {
          fail = undefined
          reject(error)
        },
      )
    })

  const destroy = () => {
    lose()
    clearTimeout(timer)
    rawSocket.destroy()
    sql.end({ timeout: 0 }).catch(() => undefined)
  }

  signal.addEventListener('abort', timeOut, { once: true })
  try {
    if (signal.aborted) throw coded('ETIMEDOUT')
    const facts = await run((sql) => inquire(sql, target, timeouts))
    // The driver reads this for each statement anew; only now is it known what is safe.
    sql.options.prepare = prepare && mayPrepare(target, facts)
    loggedIn = true
    return {
      run,
      sql,
      facts,
      openedAt: performance.now(),
      get usable() {
        return !lost && socket.ready
      },
      destroy,
    }
  } catch (error) {
    destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', timeOut)
  }
}

const driver = (
  { database, user, password }: ConnectionTarget,
  timeouts: Timeouts,
  socket: object,
) => {
  let connected = false
  return postgres({
    database,
    username: user,
    password,
    // The socket is connected and secured already.
    ssl: false,
    max: 1,
    // No statement is sent before the last one is answered, and no types are queried on connecting.
    max_pipeline: 0,
    fetch_types: false,
    prepare: false,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: timeouts.connectTimeoutMs / 1000,
    backoff: false,
    // All that Neon's proxy and PgBouncer let through (neondatabase/neon proxy, set_startup_params).
    connection: { application_name: 'task-ownership-api' },
    onnotice: () => undefined,
    socket: () => {
      if (connected) throw coded('CONNECTION_CLOSED')
      connected = true
      return socket
    },
  } as postgres.Options<Record<string, never>>)
}

/**
 * A pooler makes up the process id that it sends on connecting, so there it differs from the backend's. Neon's proxy
 * makes one up even without a pooler (neondatabase/neon, prepare_client_connection), so there the host name decides.
 * Without a pooler the session is ours, and timeouts that the role lacks are set on it. Behind a pooler they would
 * stay with whoever gets the session next, so there they must come from the role.
 */
const inquire = async (
  sql: Sql,
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
