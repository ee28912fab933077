import type { RehearsalContext } from '../context.ts'
import { healthOf } from '../deployment.ts'
import { type Figures, inSeconds } from './figures.ts'

/** Any request is answered within this time (contract). */
const REQUEST_MS = 10_000
/** From the moment at which the database is available again to the first request that succeeds. */
const SERVED_MS = 2_000
/** A health check that began before that holds up the next one for 1.9 s (postgres-probe.ts); they run by turns. */
const HEALTHY_MS = 2_500
const TIMEOUT_MS = 20_000
const INTERVAL_MS = 100

export interface Recovery {
  servedMs: number
  healthyMs: number
}

/** How long after a moment requests and the health check succeed again. @throws Error when they do not */
export const recoveryFrom = async (
  { serving, issuer, client }: RehearsalContext,
  moment: number,
): Promise<Recovery> => {
  if (!serving) throw new Error('nothing runs')
  const token = await issuer.tokenFor('recovery')
  const isServed = async () =>
    (await client.request('/api/v1/tasks?per_page=1', { token })).status === 200
  const isHealthy = async () => (await healthOf(serving.port)) === 200
  const sinceMoment = () => Math.max(0, performance.now() - moment)
  const [servedMs, healthyMs] = await Promise.all([
    success('a request', isServed).then(sinceMoment),
    success('/health', isHealthy).then(sinceMoment),
  ])
  return { servedMs, healthyMs }
}

/** Resolves with the first success; tries at a fixed pace, whether or not the last attempt has ended. */
const success = (what: string, attempt: () => Promise<boolean>): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timeout)
      clearInterval(attempts)
    }
    const timeout = setTimeout(() => {
      end()
      reject(new Error(`${what} did not succeed within ${TIMEOUT_MS / 1_000} s`))
    }, TIMEOUT_MS)
    const attempts = setInterval(async () => {
      if (!(await attempt())) return
      end()
      resolve()
    }, INTERVAL_MS)
  })

/** What an outage of the database may cost: time, and 503s with Retry-After. @throws Error with what it cost beyond */
export const assertGraceful = (figures: Figures, { servedMs, healthyMs }: Recovery): void => {
  const { unexpected, slowestMs, livezFailures } = figures
  const findings = [
    unexpected.length > 0 &&
      `${unexpected.length} answers that were no 503 with Retry-After: ${unexpected[0]}`,
    slowestMs > REQUEST_MS && `a request took ${inSeconds(slowestMs)}`,
    livezFailures > 0 && `/livez failed ${livezFailures} times`,
    servedMs > SERVED_MS && `a request was served again after ${inSeconds(servedMs)}`,
    healthyMs > HEALTHY_MS && `/health was back after ${inSeconds(healthyMs)}`,
  ].filter(Boolean)
  if (findings.length > 0) throw new Error(findings.join('; '))
}
