import { Fault } from '../../../domain/fault.ts'
import { availability, type Intent, type PoolState } from './availability.ts'
import { type Connection, openConnection, type Sql } from './connection.ts'
import type { ConnectionTarget } from './connection-url.ts'
import { dialer } from './dialer.ts'
import { failureOf } from './failures.ts'
import { idleConnections } from './idle-connections.ts'
import { queue } from './limits/queue.ts'
import { poolSize } from './limits/size.ts'
import type { Caller, Callers } from './observed/callers.ts'
import type { ServerFacts } from './server-facts.ts'
import { timeouts as defaultTimeouts, type Timeouts } from './timeouts.ts'

export type { PoolState } from './availability.ts'

/**
 * A bounded number of connections, each for one caller at a time, and a bounded queue of pending callers. Every wait
 * has a timeout, and whoever would wait for longer is refused at once. A connection that failed or stopped answering is
 * destroyed and never repaired; new ones are opened as long as callers are pending.
 */
export interface Pool {
  /**
   * Runs one statement on a connection of its own.
   * @throws Fault `overloaded` or `database_unavailable` where it was never sent, else what the driver
   * throws, or `ETIMEDOUT` for a statement that was sent and never answered
   */
  run<T>(statement: (sql: Sql) => PromiseLike<T>, call?: Call): Promise<T>
  /** Rejects pending callers, gives running statements until the timeout, closes all connections. */
  close(timeoutMs: number): Promise<void>
  /** Who is being served right now, where somebody observes it. */
  caller?(): Caller | undefined
  readonly stats: PoolStats
  /** Milliseconds to the database and back, by the quickest answer so far; 0 where there is none. */
  distanceMs(): number
  /** what the newest connection says of its server; undefined until there is one */
  readonly server: ServerFacts | undefined
}

export interface Call {
  /** what the statement is for; faults are reported once for each */
  intent?: Intent
  /** to get a connection, where less than the pool's */
  acquireTimeoutMs?: number
  /** for all of it, where less than the sum of its parts */
  timeoutMs?: number
  /** for whom, once it is sent; by default whoever is being served when it is asked for */
  callers?: Callers
  /** an earlier attempt failed */
  again?: boolean
}

export interface PoolStats {
  /** open connections, idle ones among them */
  total: number
  idle: number
  connecting: number
  /** callers in the queue */
  pending: number
}

export interface PoolOptions {
  target: ConnectionTarget
  /** connections at most, one more while all of them are stalled; where absent, what distance and server ask for */
  max?: number
  /** callers that may be pending while all connections are busy */
  queueMax: number
  /** called when the database becomes available or unavailable, never for single requests */
  onState?: (state: PoolState) => void
  /** false where statements must not be prepared by name although it is safe */
  prepare?: boolean
  timeouts?: Partial<Timeouts>
}

/** The part of the acquire timeout after which waiting is in vain for who comes last. */
const HOPELESS = 0.9

export const createPool = ({
  target,
  max,
  queueMax,
  onState,
  prepare = true,
  ...options
}: PoolOptions): Pool => {
  const timeouts: Timeouts = { ...defaultTimeouts, ...options.timeouts }
  const idle = idleConnections(timeouts)
  /** with the time of their acquisition, the oldest first */
  const busy = new Map<Connection, number>()
  const pending = queue<Connection>(() =>
    dials.failing || busy.size === 0 ? 'database_unavailable' : 'overloaded',
  )
  const state = availability((change) => onState?.(change))
  const { answered, forget, distanceMs, connections } = poolSize(max)
  let server: ServerFacts | undefined
  let closing: Promise<void> | undefined
  let onDrained: (() => void) | undefined
  let stallCheck: NodeJS.Timeout | undefined

  const total = () => busy.size + idle.size
  const size = () => connections(server)

  /** All have been busy for long: the network may have lost them, while the database can be reached again. */
  const allStalled = (): boolean => {
    const limit = performance.now() - timeouts.stallTimeoutMs
    const since = [...busy.values()][size() - 1]
    return since !== undefined && since <= limit
  }

  const dials = dialer({
    timeouts,
    open: (signal) => openConnection({ target, prepare, timeouts, signal }),
    needed: () => Math.min(pending.length, size() + (allStalled() ? 1 : 0) - total()),
    onOpen: (connection) => {
      server = connection.facts
      state.connected(server)
      offer(connection)
    },
    onFailure: (failure, error, giveUp) => {
      state.disconnected(failure)
      if (giveUp && busy.size === 0) pending.rejectAll('database_unavailable', error)
    },
  })

  /** Hands a free connection to the first pending caller, or keeps it idle. */
  const offer = (connection: Connection) => {
    const now = performance.now()
    const hasRoom = total() < size() || (total() === size() && allStalled())
    if (closing || !hasRoom || !idle.isUsable(connection, now)) return connection.destroy()
    if (pending.serve(connection)) busy.set(connection, now)
    else idle.add(connection, now)
  }

  const acquire = (acquireTimeoutMs: number): Connection | Promise<Connection> => {
    if (closing) throw new Fault('database_unavailable')
    const now = performance.now()
    const connection = idle.take(now)
    if (connection) {
      busy.set(connection, now)
      return connection
    }
    // Callers for whom a connection can be opened do not count as queued.
    const unopened = Math.max(0, size() - total())
    const full = pending.length >= queueMax + unopened
    // Whoever comes now waits about as long as the first one has (Nichols and Jacobson, CoDel, RFC 8289 §3.1).
    const late = unopened === 0 && pending.waitedMs(now) > timeouts.acquireTimeoutMs * HOPELESS
    if (full || late) throw new Fault('overloaded')
    const acquired = pending.enqueue(Math.min(acquireTimeoutMs, timeouts.acquireTimeoutMs))
    if (unopened > 0) dials.update()
    stallCheck ??= setInterval(() => {
      dials.update()
      if (pending.length > 0) return
      clearInterval(stallCheck)
      stallCheck = undefined
    }, timeouts.stallTimeoutMs / 2).unref()
    return acquired
  }

  const release = (connection: Connection) => {
    busy.delete(connection)
    offer(connection)
    if (total() === 0) forget()
    if (pending.length > 0 && total() < size()) dials.update()
    if (busy.size === 0) onDrained?.()
  }

  const failed = (connection: Connection, intent: Intent, error: unknown) => {
    const failure = failureOf(error)
    const { kind, code, answered, behind } = failure
    if (answered && (kind === 'permanent' || kind === 'transient')) state.refused(intent, failure)
    // A read-only server was the primary before a failover: the next connection finds the new one.
    const lost = !answered && !behind
    if (lost || code === '25006') connection.destroy()
    if (lost) dials.connectionLost()
    // The network that lost this connection has lost the idle ones too, without telling.
    if (code === 'ETIMEDOUT') idle.destroyAll()
  }

  const end = async (timeoutMs: number) => {
    clearInterval(stallCheck)
    dials.close()
    pending.rejectAll('database_unavailable')
    idle.close()
    if (busy.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      onDrained = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    for (const connection of busy.keys()) connection.destroy()
  }

  return {
    distanceMs,
    get server() {
      return server
    },
    get stats() {
      const { connecting } = dials
      return { total: total(), idle: idle.size, connecting, pending: pending.length }
    },
    run: async (statement, { intent = 'read', ...call } = {}) => {
      const { timeoutMs, acquireTimeoutMs = timeoutMs ?? timeouts.acquireTimeoutMs } = call
      const deadline = timeoutMs && performance.now() + timeoutMs
      const connection = await acquire(acquireTimeoutMs)
      const sent = performance.now()
      const queryTimeoutMs = deadline && Math.max(1, deadline - sent)
      try {
        const result = await connection.run(statement, queryTimeoutMs)
        answered(performance.now() - sent)
        state.served(intent)
        return result
      } catch (error) {
        failed(connection, intent, error)
        throw error
      } finally {
        release(connection)
      }
    },
    close: (timeoutMs) => {
      closing ??= end(timeoutMs)
      return closing
    },
  }
}
