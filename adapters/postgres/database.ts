import { Fault } from '../../domain/fault.ts'
import type { Sql } from './connection.ts'
import { failureOf } from './failures.ts'
import { limits } from './limits.ts'
import type { Pool } from './pool.ts'

/**
 * - `read` changes nothing
 * - `keyed` may be sent again, because its idempotency key keeps it from happening twice
 * - `write` must never be sent again once it may have been received
 */
export type Intent = 'read' | 'keyed' | 'write'

/** The pool with retries: one statement as callers want it, done or failed for a reason of the core's. */
export interface Database {
  /**
   * @throws Fault `overloaded`, `database_unavailable`, `outcome_unknown`; or the server's own error where
   * the statement is at fault
   */
  run<T>(intent: Intent, statement: (sql: Sql) => PromiseLike<T>): Promise<T>
}

/** How many more times a statement is tried. */
const RETRIES_MAX = 3
/** Retries are paid from a budget that requests fill slowly, so that an outage is not answered by a flood. */
const BUDGET_MAX = 50
const BUDGET_PER_CALL = 0.2

export const database = (pool: Pool): Database => {
  let budget = BUDGET_MAX
  return {
    run: async (intent, statement) => {
      const deadline = performance.now() + limits.callMs
      budget = Math.min(BUDGET_MAX, budget + BUDGET_PER_CALL)
      for (let retries = 0; ; retries += 1) {
        try {
          return await pool.run(statement)
        } catch (error) {
          const verdict = judge(error, intent)
          const pause = (25 << retries) * (0.5 + Math.random())
          const room = performance.now() + pause + limits.silenceMs < deadline
          if (!verdict.again || retries >= RETRIES_MAX || budget < 1 || !room) throw verdict.error
          budget -= 1
          await new Promise((resolve) => setTimeout(resolve, pause))
        }
      }
    },
  }
}

/** What a failed attempt means to the caller, and whether it may be made again. */
const judge = (error: unknown, intent: Intent): { error: unknown; again: boolean } => {
  // The pool refused: nothing was sent, and it has waited long enough on the caller's behalf.
  if (error instanceof Fault) return { error, again: false }
  const fault = (code: ConstructorParameters<typeof Fault>[0]) => new Fault(code, { cause: error })
  switch (failureOf(error).kind) {
    case 'statement':
      return { error, again: false }
    case 'conflict':
      return { error: fault('overloaded'), again: true }
    case 'timeout':
      return { error: fault('overloaded'), again: false }
    case 'lock_timeout':
      return {
        error: fault(intent === 'keyed' ? 'idempotency_key_in_use' : 'overloaded'),
        again: false,
      }
    case 'permanent':
      return { error: fault('database_unavailable'), again: false }
    case 'transient':
      return intent === 'write'
        ? { error: fault('outcome_unknown'), again: false }
        : {
            error: fault(intent === 'read' ? 'database_unavailable' : 'outcome_unknown'),
            again: true,
          }
  }
}
