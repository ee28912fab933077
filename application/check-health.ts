import { type Health, healthy, unhealthy } from '../domain/health.ts'
import type { Probe } from './ports/probe.ts'

/** A caller of the deep check waits no longer than this. */
export const HEALTH_TIMEOUT_MS = 2000

/**
 * The deep health check: one probe at a time, shared by everyone who asks while it runs, never reused
 * afterwards. A probe that outlives its bound counts as failed and makes room for the next.
 */
export const checkHealth = (
  probe: Probe,
  timeoutMs = HEALTH_TIMEOUT_MS,
): (() => Promise<Health>) => {
  let running: Promise<Health> | undefined
  return () => {
    running ??= boundedCheck(probe, timeoutMs).finally(() => {
      running = undefined
    })
    return running
  }
}

const boundedCheck = async (probe: Probe, timeoutMs: number): Promise<Health> => {
  const started = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, unhealthy)
  })
  const answer = probe.check().then(
    () => healthy(performance.now() - started),
    () => unhealthy,
  )
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
