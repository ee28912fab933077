import { type Health, healthy, unhealthy } from '../domain/health.ts'
import type { Probe } from './ports/probe.ts'

/** A caller of the deep check waits no longer than this. */
export const HEALTH_TIMEOUT_MS = 2000

/**
 * The deep health check: one probe at a time, shared by everyone who asks while it runs, never reused
 * afterwards. Nobody waits longer than the bound; a probe that outlives it keeps others from being sent after it,
 * and whoever asks meanwhile is told at once what is known.
 */
export const checkHealth = (
  probe: Probe,
  timeoutMs = HEALTH_TIMEOUT_MS,
): (() => Promise<Health>) => {
  let running: Promise<Health> | undefined
  return () => {
    if (!running) {
      const { answer, over } = boundedCheck(probe, timeoutMs)
      running = answer
      over.finally(() => {
        running = undefined
      })
    }
    return running
  }
}

const boundedCheck = (probe: Probe, timeoutMs: number) => {
  const started = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, unhealthy)
  })
  const over = probe.check().then(
    () => healthy(performance.now() - started),
    () => unhealthy,
  )
  const answer = Promise.race([over, late]).finally(() => clearTimeout(timer))
  return { answer, over }
}
