import { Fault, type FaultCode } from '../../../domain/fault.ts'
import type { Intent } from './availability.ts'
import type { Sql } from './connection.ts'
import { type Failure, failureOf } from './failures.ts'
import { type Caller, type Callers, onlyCaller } from './observed/callers.ts'
import type { Pool } from './pool.ts'
import { timeouts as defaultTimeouts } from './timeouts.ts'

/** The pool with retries: one statement, carried out or failed with a fault of the domain. */
export interface Database {
  /**
   * @throws Fault `overloaded`, `database_unavailable`, `outcome_unknown`, `idempotency_key_in_use`; or the
   * server's own error where the statement is at fault
   * @param deadline by `performance.now()`, where several calls share one
   * @param callers for whom, once it is sent; by default whoever is being served now
   */
  run<T>(
    intent: Intent,
    statement: (sql: Sql) => PromiseLike<T>,
    deadline?: number,
    callers?: Callers,
  ): Promise<T>
  /** Who is being served right now, for a statement that is asked for later. */
  caller(): Caller | undefined
  /** Whether a statement may name one owner only, because each owner's rows may lie on another server. */
  isSharded(): boolean
  /** Milliseconds to the database and back, 0 where that is not known. */
  distanceMs(): number
}

/** How many more times a statement is tried. */
const RETRIES_MAX = 3
/** Each retry takes 1 from a budget that each call fills by less, so that an outage does not multiply the load. */
const BUDGET_MAX = 50
const BUDGET_PER_CALL = 0.2

export const database = (pool: Pool, timeouts = defaultTimeouts): Database => {
  let budget = BUDGET_MAX
  return {
    // As long as nobody has connected this is not known, and one owner for each statement is right anywhere.
    isSharded: () => pool.server?.sharded ?? true,
    distanceMs: pool.distanceMs,
    caller: () => pool.caller?.(),
    run: async (
      intent,
      statement,
      deadline = performance.now() + timeouts.callTimeoutMs,
      callers = onlyCaller(pool.caller?.()),
    ) => {
      budget = Math.min(BUDGET_MAX, budget + BUDGET_PER_CALL)
      // A statement that is sent within this time is over by the deadline.
      const leftMs = () => deadline - performance.now() - timeouts.queryTimeoutMs
      /** an earlier attempt may have been carried out, though its result was lost */
      let unsettled = false
      for (let retries = 0; ; retries += 1) {
        const acquireTimeoutMs = leftMs()
        try {
          if (acquireTimeoutMs <= 0) throw new Fault('overloaded')
          const again = retries > 0
          return await pool.run(statement, { intent, acquireTimeoutMs, callers, again })
        } catch (error) {
          const verdict = judge(error, intent)
          unsettled ||= verdict.code === 'outcome_unknown'
          const pause = (25 << retries) * (0.5 + Math.random())
          if (verdict.again && retries < RETRIES_MAX && budget >= 1 && pause < leftMs()) {
            budget -= 1
            await new Promise((resolve) => setTimeout(resolve, pause))
          } else throw faultOf(verdict.code, error, unsettled)
        }
      }
    },
  }
}

interface Verdict {
  /** what to tell the caller; the error itself where it is absent */
  code?: FaultCode
  again: boolean
}

const judge = (error: unknown, intent: Intent): Verdict => {
  // The pool refused: nothing was sent, and the caller has waited long enough.
  if (error instanceof Fault) return { code: error.code, again: false }
  const failure = failureOf(error)
  switch (failure.kind) {
    case 'statement':
      return { again: false }
    case 'conflict':
      return { code: 'overloaded', again: true }
    case 'timeout':
      return { code: 'overloaded', again: false }
    case 'lock_timeout':
      return { code: waitedForKey(error) ? 'idempotency_key_in_use' : 'overloaded', again: false }
    case 'permanent':
      return { code: 'database_unavailable', again: false }
    case 'transient':
      return judgeTransient(failure, intent)
  }
}

/** A statement that the server refused was not carried out; where the connection was lost nobody knows. */
const judgeTransient = ({ answered }: Failure, intent: Intent): Verdict =>
  answered || intent === 'read'
    ? { code: 'database_unavailable', again: true }
    : { code: 'outcome_unknown', again: intent === 'keyed' }

/** The context of the error names what was waited for: the index of the keys, or a locked task. */
const waitedForKey = (error: unknown): boolean =>
  /idempotency_keys/.test(String((error as { where?: unknown }).where))

/** After an attempt of unknown outcome, the failure of a later one does not prove that nothing was done. */
const faultOf = (code: FaultCode | undefined, error: unknown, unsettled: boolean): unknown => {
  if (code === undefined) return error
  const told = unsettled && code !== 'idempotency_key_in_use' ? 'outcome_unknown' : code
  return error instanceof Fault && error.code === told ? error : new Fault(told, { cause: error })
}
