import { Fault } from '../../../../domain/fault.ts'
import { failureOf } from '../failures.ts'
import type { Pool, PoolStats } from '../pool.ts'
import { type Caller, onlyCaller } from './callers.ts'

/** Told of every statement. What it does is done within the call, so it must be quick and must not throw. */
export interface StatementObserver {
  /** Who is being served right now, to be asked later. */
  caller(): Caller | undefined
  /** A statement wants a connection, for another time where an earlier attempt of it failed. */
  begin(again: boolean): ObservedStatement
  /** Told once where the state of the pool can be read. */
  watch(stats: () => PoolStats): void
}

export interface ObservedStatement {
  /** It has its connection and is sent, for these callers together. */
  sent(callers: readonly Caller[]): void
  /** @param code what it failed with: SQLSTATE, the system's or a fault's */
  end(code?: string): void
}

/** The pool, with each statement told to the observer; the pool itself where there is none. */
export const observedPool = (pool: Pool, observer: StatementObserver | undefined): Pool => {
  if (!observer) return pool
  observer.watch(() => pool.stats)
  return {
    ...pool,
    get server() {
      return pool.server
    },
    get stats() {
      return pool.stats
    },
    caller: () => observer.caller(),
    run: async (statement, call = {}) => {
      const { callers = onlyCaller(observer.caller()), again = false } = call
      const observed = observer.begin(again)
      try {
        const result = await pool.run((sql) => {
          const running = statement(sql)
          observed.sent(callers())
          return running
        }, call)
        observed.end()
        return result
      } catch (error) {
        observed.end(error instanceof Fault ? error.code : failureOf(error).code)
        throw error
      }
    },
  }
}
