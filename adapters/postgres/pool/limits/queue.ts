import { Fault } from '../../../../domain/fault.ts'

type Refusal = 'overloaded' | 'database_unavailable'

/** Pending callers in the order in which they came, each with a timeout. */
export interface Queue<T> {
  readonly length: number
  /** how long the first caller has been waiting; 0 where nobody is */
  waitedMs(now: number): number
  /** @throws Fault what `reason` says when the time is up, or what `rejectAll` was given */
  enqueue(timeoutMs: number): Promise<T>
  /** Gives the item to the first caller; false when nobody is pending. */
  serve(item: T): boolean
  rejectAll(code: Refusal, cause?: unknown): void
}

interface Entry<T> {
  resolve(item: T): void
  reject(fault: Fault): void
  timer: NodeJS.Timeout
  since: number
}

export const queue = <T>(reason: () => Refusal): Queue<T> => {
  const entries = new Set<Entry<T>>()
  const remove = (entry: Entry<T>) => {
    clearTimeout(entry.timer)
    entries.delete(entry)
  }
  return {
    get length() {
      return entries.size
    },
    waitedMs: (now) => {
      const [first] = entries
      return first ? now - first.since : 0
    },
    enqueue: (timeoutMs) =>
      new Promise((resolve, reject) => {
        const expire = () => {
          entries.delete(entry)
          reject(new Fault(reason()))
        }
        const timer = setTimeout(expire, Math.max(1, timeoutMs)).unref()
        const entry = { resolve, reject, timer, since: performance.now() }
        entries.add(entry)
      }),
    serve: (item) => {
      const [first] = entries
      if (!first) return false
      remove(first)
      first.resolve(item)
      return true
    },
    rejectAll: (code, cause) => {
      for (const entry of entries) {
        remove(entry)
        entry.reject(new Fault(code, { cause }))
      }
    },
  }
}
