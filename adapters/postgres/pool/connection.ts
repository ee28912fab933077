import postgres from 'postgres'
import { type ConnectionTarget, isPoolerHost } from './connection-url.ts'
import { guardedSocket } from './protocol-filter.ts'
import { coded, openSocket } from './socket.ts'
import { type Limits, limits as standard } from './timeouts.ts'

export type Sql = postgres.Sql

/**
 * One connection, for one caller at a time. postgres.js keeps no promise once a connection has failed: it
 * dials again by itself, replays stale errors and may leave queries unsettled (porsager/postgres #1154,
 * #1193, #1208, #1223). So each of its instances gets one socket in its life, and whoever sees it fail
 * destroys both.
 */
export interface Connection {
  /**
   * Settles within the bound, `silenceMs` where none is given, with `ETIMEDOUT` if need be; what still runs
   * then is not waited for.
   */
  run<T>(statement: (sql: Sql) => PromiseLike<T>, boundMs?: number): Promise<T>
  /** for callers who do without that bound */
  readonly sql: Sql
  /** whether another statement may be run: it is alive, has answered everything and holds no transaction */
  readonly fit: boolean
  /** when it was opened, by `performance.now()` */
  readonly since: number
  readonly facts: ServerFacts
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
  limits?: Limits
  /** ends the attempt; after `connectMs` where there is none */
  signal?: AbortSignal
  /** false where statements must not be prepared by name although it is safe */
  prepare?: boolean
}

/**
 * Dials, logs in and asks the server about itself, until the signal ends it.
 * @throws what the network, the driver or the server throws, and leaves nothing open
 */
export const openConnection = async ({
  target,
  limits = standard,
  signal = AbortSignal.timeout(limits.connectMs),
  prepare = true,
}: ConnectionOptions): Promise<Connection> => {
  const raw = await openSocket(target, signal)
  let lost = false
  /** until then the signal is all that bounds it: a server may take longer to wake than to answer */
  let loggedIn = false
  let expire: ((error: Error) => void) | undefined
  const lose = () => {
    lost = true
  }
  // Whatever the server complains of while nothing runs, it is about to hang up.
  const socket = guardedSocket(raw, () => expire ?? lose())
  raw.once('close', lose)
  const sql = driver(target, limits, socket)
  let started = 0
  let bound = limits.silenceMs
  /** when the alarm is due */
  let rings = 0
  let alarm: NodeJS.Timeout | undefined

  /** One timer for many statements, looked at when it rings: one for each would cost more than all else here. */
  const watch = (ms: number) => {
    rings = performance.now() + ms
    alarm = setTimeout(() => {
      alarm = undefined
      const left = started + bound - performance.now()
      if (expire && left > 0) watch(left)
      else expire?.(coded('ETIMEDOUT'))
    }, ms).unref()
  }

  const run = <T>(
    statement: (sql: Sql) => PromiseLike<T>,
    boundMs = limits.silenceMs,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      expire = reject
      started = performance.now()
      bound = boundMs
      if (loggedIn && (!alarm || rings > started + bound)) {
        clearTimeout(alarm)
        watch(bound)
      }
      // Heard to the end even after the alarm, so that a late failure is nobody's unhandled rejection.
      statement(sql).then(
        (result) => {
          expire = undefined
          resolve(result)
        },
        (error) => {
          expire = undefined
          reject(error)
        },
      )
    })

  const destroy = () => {
    lost = true
    clearTimeout(alarm)
    raw.destroy()
    sql.end({ timeout: 0 }).catch(() => undefined)
  }

  const late = () => expire?.(coded('ETIMEDOUT'))
  signal.addEventListener('abort', late, { once: true })
  try {
    if (signal.aborted) throw coded('ETIMEDOUT')
    const facts = await run((sql) => inquire(sql, target, limits))
    // The driver reads this for each statement anew; only now is it known what is safe.
    sql.options.prepare = prepare && mayPrepare(target, facts)
    loggedIn = true
    return {
      run,
      sql,
      facts,
      since: performance.now(),
      get fit() {
        return !lost && socket.ready
      },
      destroy,
    }
  } catch (error) {
    destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', late)
  }
}

const driver = ({ database, user, password }: ConnectionTarget, limits: Limits, socket: object) => {
  let taken = false
  return postgres({
    database,
    username: user,
    password,
    // The guarded socket is connected and secured already.
    ssl: false,
    max: 1,
    // No statement is ever sent behind another, and no type is asked for on connecting.
    max_pipeline: 0,
    fetch_types: false,
    prepare: false,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: limits.connectMs / 1000,
    backoff: false,
    // All that Neon's proxy and PgBouncer let through (neondatabase/neon proxy, set_startup_params).
    connection: { application_name: 'task-ownership-api' },
    onnotice: () => undefined,
    socket: () => {
      if (taken) throw coded('CONNECTION_CLOSED')
      taken = true
      return socket
    },
  } as postgres.Options<Record<string, never>>)
}

/**
 * A pooler answers with a process id of its own making, so it shows by that; Neon's proxy does so even without
 * one (neondatabase/neon, prepare_client_connection), so there the host tells. Where there is none the session
 * is ours: timeouts that the role does not have are set on it. Behind a pooler they would stay with whoever
 * gets the session next, so there they must come from the role.
 */
const inquire = async (
  sql: Sql,
  target: ConnectionTarget,
  limits: Limits,
): Promise<ServerFacts> => {
  const result = await sql.unsafe(`select pg_backend_pid() as pid,
    (select setting::int from pg_settings where name = 'statement_timeout') as statement,
    (select setting::int from pg_settings where name = 'lock_timeout') as lock,
    current_setting('max_connections')::int as connections`)
  const row = result[0] as unknown as Record<'pid' | 'statement' | 'lock' | 'connections', number>
  const { pid } = (result as unknown as { state: { pid: number } }).state
  const pooled = isNeon(target) ? isPoolerHost(target.host) : pid !== row.pid
  const facts = { pooled, statementTimeoutMs: row.statement, maxConnections: row.connections }
  const missing = [
    ...(row.statement > 0 ? [] : [`set statement_timeout = ${limits.statementMs}`]),
    ...(row.lock > 0 ? [] : [`set lock_timeout = ${limits.lockMs}`]),
  ]
  if (pooled || missing.length === 0) return facts
  await sql.unsafe(missing.join(';'))
  return { ...facts, statementTimeoutMs: row.statement || limits.statementMs }
}

const isNeon = ({ host }: ConnectionTarget): boolean => host.endsWith('.neon.tech')

/** Behind Neon's pooler named statements are kept for us; behind any other they may be mixed up. */
export const mayPrepare = (target: ConnectionTarget, { pooled }: ServerFacts): boolean =>
  !pooled || isNeon(target)
