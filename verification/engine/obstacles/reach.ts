import { setTimeout as pause } from 'node:timers/promises'
import type { CheckContext } from '../check-context.ts'
import { type Exchange, headerOf, summary } from '../http/exchange.ts'
import { Unsent } from '../http/transport.ts'

const TRIES = 3
const PAUSE_MS = 2_000
/** No try begins later than this: whoever waits for a verdict has it within half a minute. */
const PATIENCE_MS = 15_000

/**
 * Whether the service is there at all: a platform may need seconds to wake it (docs.railway.com/reference/
 * app-sleeping). Returns the reason why nothing else can be said, undefined where all is well.
 */
export const reach = async (context: CheckContext): Promise<string | undefined> => {
  const begun = performance.now()
  let seen = 'nothing'
  try {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const exchange = await context.send({ path: '/health', fresh: true })
      const { response } = exchange
      // A database that is waking up gets its time; one that stays away is for the checks to tell of.
      const waking = response?.status === 503 && tries < TRIES
      if (response && !exchange.edge && isOurs(exchange) && !waking) return undefined
      seen = told(exchange)
      if (response && !exchange.edge && !waking) break
      if (tries === TRIES || performance.now() - begun > PATIENCE_MS) break
      await pause(PAUSE_MS)
    }
  } catch (error) {
    if (!(error instanceof Unsent)) throw error
    return 'the run ended before TARGET_URL answered'
  }
  return `TARGET_URL does not answer as the service: GET /health gave ${seen}`
}

/** Any JSON object will do here: whether it is the right one is for the checks to say. */
const isOurs = ({ response }: Exchange): boolean => {
  const { status = 0, json } = response ?? {}
  const redirects = status >= 300 && status < 400
  return !redirects && typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** What came instead, with the mistake that most often lies behind it. */
const told = (exchange: Exchange): string => {
  const { response, edge } = exchange
  if (!response) return `${summary(exchange)}${mistakeBehind(exchange.trouble ?? '')}`
  if (response.status >= 300 && response.status < 400) {
    const location = headerOf(response, 'location') ?? ''
    const to = URL.canParse(location) ? new URL(location).origin : 'another path'
    return `a redirect to ${to}: give the address that answers itself`
  }
  if (edge) return `${summary(exchange)}: is it deployed, running, and is this its domain?`
  if (/html/.test(headerOf(response, 'content-type') ?? ''))
    return `an HTML page, status ${response.status}: is this the address of the frontend?`
  return summary(exchange)
}

const mistakes: readonly (readonly [RegExp, string])[] = [
  [/CERT|SIGNATURE|SELF_SIGNED|ALTNAME/, 'its certificate is not trusted'],
  [/SSL|TLS|EPROTO/, 'it does not speak TLS there: is https right, and the port?'],
  [/refused/, 'nothing listens there: is it running, and is this its port?'],
  [/not found/, 'the name has no address: is it spelt right, and is its domain set up?'],
  [/no answer (in time|that)/, 'it is there but silent, or a firewall is between'],
]

const mistakeBehind = (trouble: string): string => {
  const [, mistake] = mistakes.find(([pattern]) => pattern.test(trouble)) ?? []
  return mistake ? `: ${mistake}` : ''
}
