import type { FastifyRateLimitStore } from '@fastify/rate-limit'

/** Callers remembered at once; the least recently seen is forgotten first. */
const CALLERS_MAX = 20_000

/** The requests of one caller since the first of them, by `performance.now()`. */
interface Window {
  begun: number
  count: number
}

/**
 * The plugin's store on a clock that nobody sets. Its own counts by the machine's: where that is set back by an hour, a
 * minute lasts an hour and a minute, and whoever has used it up is refused all the while.
 */
export class RateWindows implements FastifyRateLimitStore {
  /** the least recently seen caller first */
  readonly #windows = new Map<string, Window>()

  incr(caller: string, tell: Parameters<FastifyRateLimitStore['incr']>[1], windowMs: number): void {
    const now = performance.now()
    const known = this.#windows.get(caller)
    const window = known && now - known.begun < windowMs ? known : { begun: now, count: 0 }
    window.count += 1
    this.#windows.delete(caller)
    this.#windows.set(caller, window)
    const [oldest] = this.#windows.size > CALLERS_MAX ? this.#windows.keys() : []
    if (oldest !== undefined) this.#windows.delete(oldest)
    tell(null, { current: window.count, ttl: window.begun + windowMs - now })
  }

  /** One for each limiter, which counts apart from the others. */
  child(): RateWindows {
    return new RateWindows()
  }
}
