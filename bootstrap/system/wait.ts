import { setTimeout as delay } from 'node:timers/promises'

/** Nothing that tests wait for takes a tenth of it on a machine of two cores, nor all of it under a load of 16. */
export const TIMEOUT_MS = 180_000

/**
 * Tries again and again until the attempt returns something true, and returns that.
 * @throws Error that names what was awaited, when it comes too late; and whatever the attempt throws
 */
export const until = async <T>(
  attempt: () => T | Promise<T>,
  awaited: () => string = () => String(attempt),
  timeoutMs = TIMEOUT_MS,
): Promise<T> => {
  const end = performance.now() + timeoutMs
  for (;;) {
    const value = await attempt()
    if (value) return value
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${awaited()}`)
    await delay(5)
  }
}
