import type { Failure } from './failures.ts'
import type { ServerFacts } from './server-facts.ts'

/**
 * - `read` changes nothing
 * - `keyed` may be sent again, because its idempotency key keeps it from happening twice
 * - `write` must never be sent again once it may have been received
 */
export type Intent = 'read' | 'keyed' | 'write'

/** Whether the database can be reached and does what it is asked; `failure` says why not. */
export type PoolState =
  | { reachable: true; connection: ServerFacts }
  | { reachable: false; failure: Failure }

/** A refusal is over once a statement of the same intent succeeds and this time has passed since the last one. */
const CALM_MS = 1_000

/** Calls `onState` when the availability changes, however many requests meet the same fault. */
export const availability = (onState: (state: PoolState) => void) => {
  let facts: ServerFacts | undefined
  /** the kind of the failure that keeps us from connecting */
  let disconnected: string | undefined
  const refusals = new Map<Intent, { code: string; at: number }>()
  return {
    connected: (connection: ServerFacts) => {
      const changed = disconnected !== undefined || !facts
      facts = connection
      disconnected = undefined
      if (changed) onState({ reachable: true, connection })
    },
    /** Reported again when the kind changes: a refused connection may turn out to be a wrong password. */
    disconnected: (failure: Failure) => {
      if (disconnected !== failure.kind) onState({ reachable: false, failure })
      disconnected = failure.kind
    },
    /** The server can be reached, but lacks what statements of this intent need: a table, a right, disk space. */
    refused: (intent: Intent, failure: Failure) => {
      const known = refusals.get(intent)?.code === failure.code
      refusals.set(intent, { code: failure.code, at: performance.now() })
      if (!known) onState({ reachable: false, failure })
    },
    served: (intent: Intent) => {
      const refusal = refusals.get(intent)
      if (!refusal || performance.now() - refusal.at < CALM_MS) return
      refusals.delete(intent)
      if (refusals.size === 0 && facts && disconnected === undefined)
        onState({ reachable: true, connection: facts })
    },
  }
}
