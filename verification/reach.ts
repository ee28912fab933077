import { setTimeout as pause } from 'node:timers/promises'
import { summary, type Trial } from './trial.ts'

const TRIES = 3
const PAUSE_MS = 2_000

/**
 * Whether the service is there at all: a platform may need seconds to wake it (docs.railway.com/reference/
 * app-sleeping). Returns the reason why nothing else can be said, undefined where all is well.
 */
export const reach = async (trial: Trial): Promise<string | undefined> => {
  let seen = 'nothing'
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const exchange = await trial.send({ path: '/health', fresh: true })
    const { answer } = exchange
    if (answer && !exchange.edge && isOurs(answer.json)) return undefined
    seen = answer && answer.status >= 300 && answer.status < 400 ? 'a redirect' : summary(exchange)
    if (answer && !exchange.edge) break
    if (tries < TRIES) await pause(PAUSE_MS)
  }
  return `TARGET_URL does not answer as the service: GET /health gave ${seen}`
}

/** Any JSON object will do here: whether it is the right one is for the checks to say. */
const isOurs = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
