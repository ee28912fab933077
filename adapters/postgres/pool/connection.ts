import postgres from 'postgres'
import type { ConnectionTarget } from './connection-url.ts'
import { protocolFilter } from './protocol-filter.ts'
import { inquire, mayPrepare, type ServerFacts } from './server-facts.ts'
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
