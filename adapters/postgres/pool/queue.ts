import { Fault } from '../../../domain/fault.ts'

type Refusal = 'overloaded' | 'database_unavailable'

/** Callers in the order in which they came, each with a bound on its patience. */
export interface WaitingLine<T> {
  readonly length: number
  /** @throws Fault what `reason` says when the time is up, or what the line was refused for */
  join(waitMs: number): Promise<T>
  /** Serves whoever is first; false when nobody waits. */
  serve(thing: T): boolean
  refuseAll(code: Refusal, cause?: unknown): void
}

interface Waiter<T> {
  resolve(thing: T): void
  reject(fault: Fault): void
  /** by `performance.now()` */
  until: number
}

export const waitingLine = <T>(reason: () => Refusal): WaitingLine<T> => {
  /** Whoever has left is `undefined`; nobody is left before `first`. */
  let line: (Waiter<T> | undefined)[] = []
  let first = 0
  let length = 0
  let alarm: NodeJS.Timeout | undefined
  let rings = Number.POSITIVE_INFINITY

  const leave = (at: number): Waiter<T> | undefined => {
    const waiter = line[at]
    if (!waiter) return undefined
    line[at] = undefined
    length -= 1
    return waiter
  }

  /** One timer for all, left to ring in vain when those it was set for were served: they mostly are. */
  const wake = (at: number) => {
    clearTimeout(alarm)
    rings = at
    alarm = setTimeout(refuseLate, Math.max(1, at - performance.now())).unref()
  }

  const refuseLate = () => {
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    for (let at = first; at < line.length; at += 1) {
      const until = line[at]?.until ?? Number.POSITIVE_INFINITY
      if (until > now) next = Math.min(next, until)
      else leave(at)?.reject(new Fault(reason()))
    }
    rings = next
    if (length > 0) wake(next)
  }

  return {
    get length() {
      return length
    },
    join: (waitMs) =>
      new Promise((resolve, reject) => {
        const until = performance.now() + waitMs
        line.push({ resolve, reject, until })
        length += 1
        if (until < rings) wake(until)
      }),
    serve: (thing) => {
      while (first < line.length) {
        const waiter = leave(first)
        first += 1
        // The places of those who were served are given back now and then, not each time.
        if (first > 1_000 || first === line.length) {
          line = line.slice(first)
          first = 0
        }
        if (!waiter) continue
        waiter.resolve(thing)
        return true
      }
      return false
    },
    refuseAll: (code, cause) => {
      for (let at = first; at < line.length; at += 1) leave(at)?.reject(new Fault(code, { cause }))
      line = []
      first = 0
    },
  }
}
