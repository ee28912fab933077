import type { Span } from './spans.ts'

/** What statements and log lines are done for: a request, the start, a migration. */
export interface Work {
  /** the operation of the contract, or what the process does by itself */
  name: string
  /** absent where it is not traced */
  span: Span | undefined
}

/**
 * Which work the code that runs right now belongs to. Handlers come to the database within one turn of the event loop,
 * so it is enough to know this until they first wait; what is sent later names its callers. That costs nothing, where
 * Node's AsyncLocalStorage on Node 20 has every promise of the process watched.
 */
export const works = () => {
  let current: Work | undefined
  /** what the process does beside requests */
  let background: Work | undefined
  return {
    current: (): Work | undefined => current ?? background,
    /** Runs the beginning of the work, until it first waits. */
    begin: <T>(work: Work, beginning: () => T): T => {
      const before = current
      current = work
      try {
        return beginning()
      } finally {
        current = before
      }
    },
    /** Until it is over, whatever no request is known for belongs to it. */
    whole: async <T>(work: Work, run: () => Promise<T>): Promise<T> => {
      const before = background
      background = work
      try {
        return await run()
      } finally {
        background = before
      }
    },
  }
}

export type Works = ReturnType<typeof works>
