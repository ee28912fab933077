import { setTimeout as delay } from 'node:timers/promises'

/** Nothing that tests wait for takes a tenth of it, even on a machine that is busy with something else. */
export const TIMEOUT_MS = 30_000

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
