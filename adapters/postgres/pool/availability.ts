import type { ServerFacts } from './connection.ts'
import type { Failure } from './failures.ts'

/**
 * - `read` changes nothing
 * - `keyed` may be sent again, because its idempotency key keeps it from happening twice
 * - `write` must never be sent again once it may have been received
 */
export type Intent = 'read' | 'keyed' | 'write'

/** Whether the database can be reached and does what it is asked; `failure` says what is in the way. */
export type PoolState =
  | { reachable: true; connection: ServerFacts }
  | { reachable: false; failure: Failure }

/** A refusal counts as over once the same intent succeeds and this time has passed without another one. */
const CALM_MS = 1_000

/** Tells of changes only, however many requests meet the same fault. */
export const servingState = (onState: (state: PoolState) => void) => {
  let facts: ServerFacts | undefined
  let away: string | undefined
  const refusals = new Map<Intent, { code: string; at: number }>()
  return {
    connected: (connection: ServerFacts) => {
      const news = away !== undefined || !facts
      facts = connection
      away = undefined
      if (news) onState({ reachable: true, connection })
    },
    /** Told again only when the kind changes: what began as a refused dial may turn out to be a wrong password. */
    disconnected: (failure: Failure) => {
      if (away !== failure.kind) onState({ reachable: false, failure })
      away = failure.kind
    },
    /** The server can be reached, but lacks what statements of this intent need: a table, a right, disk space. */
    refused: (intent: Intent, failure: Failure) => {
      const known = refusals.get(intent)?.code === failure.code
      refusals.set(intent, { code: failure.code, at: performance.now() })
      if (!known) onState({ reachable: false, failure })
    },
    served: (intent: Intent) => {
      if (refusals.size === 0) return
      const refusal = refusals.get(intent)
      if (!refusal || performance.now() - refusal.at < CALM_MS) return
      refusals.delete(intent)
      if (refusals.size === 0 && facts && away === undefined)
        onState({ reachable: true, connection: facts })
    },
  }
}
