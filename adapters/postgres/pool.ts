import { Fault } from '../../domain/fault.ts'
import { type Connection, mayPrepare, openConnection, type Sql, within } from './connection.ts'
import type { ConnectionTarget } from './connection-url.ts'
import { type Failure, failureOf } from './failures.ts'
import { limits } from './limits.ts'

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
  run<T>(statement: (sql: Sql) => PromiseLike<T>): Promise<T>
  /** Turns everybody away who waits, lets what runs finish within the bound, closes all. */
  close(timeoutMs: number): Promise<void>
  readonly stats: PoolStats
}

export interface PoolStats {
  open: number
  idle: number
  opening: number
  waiting: number
}

export interface PoolOptions {
  target: ConnectionTarget
  /** connections at most */
  max: number
  /** callers that may wait for one */
  queueMax: number
  /** told of each change between reachable and not, never of single requests */
  onState?: (state: PoolState) => void
}

export type PoolState =
  | { reachable: true; connection: Connection['facts'] }
  | { reachable: false; failure: Failure }

interface Waiter {
  give(connection: Connection): void
  refuse(code: 'overloaded' | 'database_unavailable', cause?: unknown): void
}

export const createPool = ({ target, max, queueMax, onState }: PoolOptions): Pool => {
  const idle: { connection: Connection; since: number }[] = []
  const busy = new Set<Connection>()
  const waiting: Waiter[] = []
  let opening = 0
  let prepare = true
  let reachable: boolean | undefined
  let downSince = 0
  let redial: NodeJS.Timeout | undefined
  let closed: (() => void) | undefined

  const report = (state: PoolState) => {
    if (state.reachable !== reachable) onState?.(state)
    if (!state.reachable && reachable !== false) downSince = performance.now()
    reachable = state.reachable
  }

  /** Opens as many connections as are waited for; only one at a time while the database is away. */
  const dialForWaiters = () => {
    if (redial || closed) return
    const room = max - busy.size - idle.length - opening
    const wanted = Math.min(
      waiting.length - opening,
      room,
      reachable === false ? 1 - opening : room,
    )
    for (let n = 0; n < wanted; n += 1) void dial()
  }

  const dial = async () => {
    opening += 1
    try {
      const connection = await openConnection({ target, prepare })
      opening -= 1
      report({ reachable: true, connection: connection.facts })
      if (prepare && !mayPrepare(target, connection.facts)) {
        prepare = false
        connection.destroy()
      } else release(connection)
    } catch (error) {
      opening -= 1
      fail(error)
    }
    dialForWaiters()
  }

  const fail = (error: unknown) => {
    const failure = failureOf(error)
    report({ reachable: false, failure })
    const hopeless =
      failure.kind === 'permanent' || performance.now() - downSince > limits.acquireMs
    if (hopeless && busy.size === 0)
      for (const waiter of waiting.splice(0)) waiter.refuse('database_unavailable', error)
    redial ??= setTimeout(() => {
      redial = undefined
      dialForWaiters()
    }, limits.redialMs).unref()
  }

  const acquire = (): Promise<Connection> => {
    if (closed) return Promise.reject(new Fault('database_unavailable'))
    for (let kept = idle.pop(); kept; kept = idle.pop()) {
      if (isFit(kept)) {
        busy.add(kept.connection)
        return Promise.resolve(kept.connection)
      }
      kept.connection.destroy()
    }
    if (waiting.length >= queueMax) return Promise.reject(new Fault('overloaded'))
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        const place = waiting.indexOf(waiter)
        if (place >= 0) waiting.splice(place, 1)
      }
      const waiter: Waiter = {
        give: (connection) => {
          settle()
          resolve(connection)
        },
        refuse: (code, cause) => {
          settle()
          reject(new Fault(code, { cause }))
        },
      }
      const timer = setTimeout(
        () => waiter.refuse(busy.size > 0 ? 'overloaded' : 'database_unavailable'),
        limits.acquireMs,
      )
      waiting.push(waiter)
      dialForWaiters()
    })
  }

  const release = (connection: Connection) => {
    busy.delete(connection)
    if (closed || !isFit({ connection, since: performance.now() })) connection.destroy()
    else {
      const next = waiting[0]
      if (next) {
        busy.add(connection)
        next.give(connection)
      } else idle.push({ connection, since: performance.now() })
    }
    if (closed && busy.size === 0) closed()
    dialForWaiters()
  }

  const sweeper = setInterval(() => {
    for (const kept of idle.splice(0)) {
      if (isFit(kept)) idle.push(kept)
      else kept.connection.destroy()
    }
  }, limits.idleMs / 4).unref()

  return {
    get stats() {
      return { open: busy.size + idle.length, idle: idle.length, opening, waiting: waiting.length }
    },
    run: async (statement) => {
      const connection = await acquire()
      try {
        return await within(limits.silenceMs, statement(connection.sql))
      } catch (error) {
        const { kind } = failureOf(error)
        if (kind === 'transient' || kind === 'permanent') {
          connection.destroy()
          // What silenced or cut this one may have cut the idle ones too: none of them is trusted any more.
          for (const { connection: kept } of idle.splice(0)) kept.destroy()
        }
        throw error
      } finally {
        release(connection)
      }
    },
    close: async (timeoutMs) => {
      const finished = new Promise<void>((resolve) => {
        closed = resolve
      })
      clearInterval(sweeper)
      clearTimeout(redial)
      for (const waiter of waiting.splice(0)) waiter.refuse('database_unavailable')
      for (const { connection } of idle.splice(0)) connection.destroy()
      const left = [...busy]
      if (left.length > 0) await within(timeoutMs, finished).catch(() => undefined)
      for (const connection of left) connection.destroy()
    },
  }
}

const isFit = ({ connection, since }: { connection: Connection; since: number }): boolean => {
  const now = performance.now()
  return !connection.lost && now - since < limits.idleMs && now - connection.since < limits.ageMs
}
