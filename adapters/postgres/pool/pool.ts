import { Fault } from '../../../domain/fault.ts'
import { type Intent, type PoolState, servingState } from './availability.ts'
import { type Connection, openConnection, type Sql } from './connection.ts'
import type { ConnectionTarget } from './connection-url.ts'
import { dialling } from './dialer.ts'
import { failureOf } from './failures.ts'
import { idleConnections } from './idle-connections.ts'
import { waitingLine } from './queue.ts'
import { type Limits, limits as standard } from './timeouts.ts'

export type { PoolState } from './availability.ts'

/**
 * A fixed number of exclusive connections and a bounded queue before them. Every wait has an end, a
 * connection that failed or fell silent is thrown away and never repaired, and dialling goes on by itself
 * as long as somebody waits.
 */
export interface Pool {
  /**
   * Runs one statement on a connection of its own.
   * @throws Fault `overloaded` or `database_unavailable` where it was never sent, else what the driver
   * throws, `ETIMEDOUT` among it for a statement that was sent and never answered
   */
  run<T>(statement: (sql: Sql) => PromiseLike<T>, call?: Call): Promise<T>
  /** Turns everybody away who waits, lets what runs finish within the bound, closes all. */
  close(timeoutMs: number): Promise<void>
  readonly stats: PoolStats
}

export interface Call {
  /** what the statement is for; faults are reported once for each */
  intent?: Intent
  /** how long to wait for a connection, where less than `acquireMs` */
  waitMs?: number
  /** how long all of it may take, where less than the bounds of its parts */
  withinMs?: number
}

export interface PoolStats {
  open: number
  idle: number
  opening: number
  waiting: number
}

export interface PoolOptions {
  target: ConnectionTarget
  /** connections at most; one more for as long as all of them have been silent for a second */
  max: number
  /** callers that may wait for one that others use */
  queueMax: number
  /** told of each change between serving and not, never of single requests */
  onState?: (state: PoolState) => void
  /** false where statements must not be prepared by name although it is safe */
  prepare?: boolean
  limits?: Partial<Limits>
}

export const createPool = ({
  target,
  max,
  queueMax,
  onState,
  prepare = true,
  ...rest
}: PoolOptions): Pool => {
  const limits: Limits = { ...standard, ...rest.limits }
  const idle = idleConnections(limits)
  /** since when; the longest at work comes first */
  const busy = new Map<Connection, number>()
  const line = waitingLine<Connection>(() =>
    dials.failing || busy.size === 0 ? 'database_unavailable' : 'overloaded',
  )
  const state = servingState((change) => onState?.(change))
  let closing: Promise<void> | undefined
  let drained: (() => void) | undefined
  let watch: NodeJS.Timeout | undefined

  /** All have been silent for long: they may hang on a dead network while the database is well again. */
  const stuck = (): boolean => {
    const then = performance.now() - limits.stallMs
    let silent = 0
    for (const since of busy.values()) {
      if (since > then) break
      silent += 1
    }
    return silent >= max
  }

  const dials = dialling({
    limits,
    open: (signal) => openConnection({ target, prepare, limits, signal }),
    needed: () => Math.min(line.length, (stuck() ? max + 1 : max) - busy.size - idle.size),
    onOpen: (connection) => {
      state.connected(connection.facts)
      offer(connection)
    },
    onFailure: (failure, error, hopeless) => {
      state.disconnected(failure)
      if (hopeless && busy.size === 0) line.refuseAll('database_unavailable', error)
    },
  })

  const offer = (connection: Connection) => {
    const now = performance.now()
    const open = busy.size + idle.size
    const room = open < max || (open === max && stuck())
    if (closing || !room || !idle.isFit(connection, now)) connection.destroy()
    else if (line.length > 0) {
      busy.set(connection, now)
      line.serve(connection)
    } else idle.keep(connection, now)
  }

  const acquire = (waitMs = limits.acquireMs): Connection | Promise<Connection> => {
    if (closing) throw new Fault('database_unavailable')
    const now = performance.now()
    const kept = idle.take(now)
    if (kept) {
      busy.set(kept, now)
      return kept
    }
    // Who waits for a connection of their own to be opened is not in anybody's way.
    const unopened = Math.max(0, max - busy.size - idle.size)
    if (line.length >= queueMax + unopened) throw new Fault('overloaded')
    const turn = line.join(Math.min(waitMs, limits.acquireMs))
    if (unopened > 0) dials.update()
    watch ??= setInterval(() => {
      dials.update()
      if (line.length > 0) return
      clearInterval(watch)
      watch = undefined
    }, limits.stallMs / 2).unref()
    return turn
  }

  const release = (connection: Connection) => {
    busy.delete(connection)
    offer(connection)
    if (line.length > 0 && busy.size + idle.size < max) dials.update()
    if (busy.size === 0) drained?.()
  }

  const end = async (timeoutMs: number) => {
    clearInterval(watch)
    dials.close()
    line.refuseAll('database_unavailable')
    idle.close()
    if (busy.size === 0) return
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, timeoutMs)
      drained = () => {
        clearTimeout(late)
        resolve()
      }
    })
    for (const connection of busy.keys()) connection.destroy()
  }

  return {
    get stats() {
      const open = busy.size + idle.size
      return { open, idle: idle.size, opening: dials.opening, waiting: line.length }
    },
    run: async (statement, { intent = 'read', withinMs, waitMs = withinMs } = {}) => {
      const begun = withinMs === undefined ? 0 : performance.now()
      const place = acquire(waitMs)
      // Not awaited where it is there already: that would cost every statement a turn.
      const connection = place instanceof Promise ? await place : place
      const boundMs = withinMs && Math.max(1, withinMs - (performance.now() - begun))
      try {
        const result = await connection.run(statement, boundMs)
        state.served(intent)
        return result
      } catch (error) {
        const failure = failureOf(error)
        const { kind, code, answered } = failure
        if (answered && (kind === 'permanent' || kind === 'transient'))
          state.refused(intent, failure)
        // A read-only server was the primary before a failover: the next connection finds the new one.
        if (!answered || code === '25006') connection.destroy()
        if (!answered) dials.doubt()
        // What silenced this one has silenced the idle ones too, unseen.
        if (code === 'ETIMEDOUT') idle.drop()
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
