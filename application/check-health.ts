import { type Health, healthy, unhealthy } from '../domain/health.ts'
import type { Probe } from './ports/probe.ts'

/** How long a caller waits for the deep check. */
export const HEALTH_TIMEOUT_MS = 2000

/**
 * The deep health check. One probe runs at a time: callers share it while it runs, and its result is not kept
 * afterwards. No caller waits longer than the timeout. Until a probe that exceeded it settles, no other one is
 * sent, and callers are answered `unavailable` at once.
 */
export const checkHealth = (
  probe: Probe,
  timeoutMs = HEALTH_TIMEOUT_MS,
): (() => Promise<Health>) => {
  let running: Promise<Health> | undefined
  return () => {
    if (!running) {
      const { health, settled } = checkWithTimeout(probe, timeoutMs)
      running = health
      settled.finally(() => {
        running = undefined
      })
    }
    return running
  }
}

const checkWithTimeout = (probe: Probe, timeoutMs: number) => {
  const started = performance.now()
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Health>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, unhealthy)
  })
  const settled = probe.check().then(
    () => healthy(performance.now() - started),
    () => unhealthy,
  )
  const health = Promise.race([settled, timeout]).finally(() => clearTimeout(timer))
  return { health, settled }
}
