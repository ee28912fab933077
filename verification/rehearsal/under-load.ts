import { healthOf } from './deployment.ts'
import { type Figures, type Load, load } from './load.ts'
import { type Stage, serving } from './stage.ts'

export { told } from './load.ts'

/** Something happens while clients work; it begins and ends with all of them being served. */
export const underLoad = async (
  stage: Stage,
  drill: (load: Load) => Promise<unknown>,
): Promise<Figures> => {
  await serving(stage)
  const running = load({
    send: stage.send,
    tokenFor: (subject) => stage.issuer.tokenFor(subject),
    livezPort: () => stage.running?.port,
    ledger: stage.ledger,
  })
  stage.undo.push(running.abandon)
  try {
    await running.steady()
    await drill(running)
    await running.steady()
    await running.stop()
    return running.figures
  } catch (error) {
    running.abandon()
    throw error
  }
}

/** Any request is answered within this time (contract). */
const REQUEST_MS = 10_000
/** From the moment at which the database can be had again to the first request that is served. */
const SERVED_MS = 2_000
/** A health check that began in the dark holds up the next one for 1.9 s (postgres-probe.ts), and is asked by turns. */
const HEALTHY_MS = 2_500
const PATIENCE_MS = 20_000
const ASK_EVERY_MS = 100

export interface Recovery {
  servedMs: number
  healthyMs: number
}

/** How long after a moment requests and the health check succeed again. @throws Error when they do not */
export const recoveryFrom = async (stage: Stage, moment: number): Promise<Recovery> => {
  const { port } = await runningOf(stage)
  const token = stage.issuer.tokenFor('recovery')
  const since = () => Math.max(0, performance.now() - moment)
  const [servedMs, healthyMs] = await Promise.all([
    first('a request', async () => {
      const { status } = await stage.send({ path: '/api/v1/tasks?per_page=1', token })
      return status === 200 && since()
    }),
    first('/health', async () => (await healthOf(port)) === 200 && since()),
  ])
  return { servedMs, healthyMs }
}

const runningOf = async ({ running }: Stage) => {
  if (!running) throw new Error('nothing runs')
  return running
}

/** The first answer that is not false; asked at a fixed pace, whether or not the last one was answered. */
const first = (what: string, ask: () => Promise<number | false>): Promise<number> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      end()
      reject(new Error(`${what} did not succeed within ${PATIENCE_MS / 1_000} s`))
    }, PATIENCE_MS)
    const asking = setInterval(async () => {
      const ms = await ask()
      if (ms === false) return
      end()
      resolve(ms)
    }, ASK_EVERY_MS)
    const end = () => {
      clearTimeout(late)
      clearInterval(asking)
    }
  })

/** What an outage of the database may cost: time, and orderly refusals. @throws Error with what it cost beyond */
export const assertGraceful = (figures: Figures, { servedMs, healthyMs }: Recovery): void => {
  const { rude, slowestMs, livezFailures } = figures
  const wrong = [
    ...(rude.length > 0
      ? [`${rude.length} answers that were no 503 with Retry-After: ${rude[0]}`]
      : []),
    ...(slowestMs > REQUEST_MS ? [`a request took ${inSeconds(slowestMs)}`] : []),
    ...(livezFailures > 0 ? [`/livez failed ${livezFailures} times`] : []),
    ...(servedMs > SERVED_MS ? [`a request was served again after ${inSeconds(servedMs)}`] : []),
    ...(healthyMs > HEALTHY_MS ? [`/health was back after ${inSeconds(healthyMs)}`] : []),
  ]
  if (wrong.length > 0) throw new Error(wrong.join('; '))
}

export const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`
