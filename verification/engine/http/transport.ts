import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { isUncounted } from '../uncounted.ts'
import type { User } from '../users.ts'
import { type Attempt, connections } from './connections.ts'
import { type Exchange, type HttpRequest, headerOf } from './exchange.ts'
import { turns } from './turns.ts'

/** More than these at a time, or in one run, would be an imposition. */
export const CONCURRENCY = 8
export const REQUESTS_MAX = 1_500
const RETRIES_MAX = 2
/** One address of a host may take this long: Node's 250 ms give up on what is a second away, or loses a packet. */
const ADDRESS_TIMEOUT_MS = 1_500
/** Requests kept back for looking what is left at the end. */
const CLOSING = 6
/** A rate limit is waited out so many times, as long as it says: whoever meets one has not been answered. */
const LIMITS_MAX = 5
const [LIMIT_MIN_MS, LIMIT_MAX_MS] = [500, 60_000]

export interface Transport {
  /**
   * Sends it for somebody, politely: never too many at once, patient with rate limits and with an edge that wakes up.
   */
  send(request: HttpRequest, by: object): Promise<Exchange>
  /** everything that was exchanged so far, in order of completion */
  readonly exchanges: readonly Exchange[]
  /** requests sent, retries included */
  readonly sent: number
  close(): Promise<void>
}

export interface TransportOptions {
  target: URL
  users?: { a: User; b: User } | undefined
  /** how many times longer than usual an answer may take */
  patience?: number
  signal: AbortSignal
}

/** Thrown where a request is not made: the budget or the time is used up, or its answer would prove nothing. */
export class Unsent extends Error {}

export const httpTransport = ({
  target,
  users,
  patience = 1,
  signal,
}: TransportOptions): Transport => {
  setDefaultAutoSelectFamilyAttemptTimeout(ADDRESS_TIMEOUT_MS)
  const { attempt, close } = connections(target, CONCURRENCY, patience)
  const exchanges: Exchange[] = []
  const inTurn = turns(CONCURRENCY)
  let sent = 0
  /** tasks that will have to be removed again, one request each */
  let created = 0

  const send = async (request: HttpRequest, sentHeaders: Exchange['sentHeaders']) => {
    let limited = 0
    for (let attempts = 1; ; attempts += 1) {
      if (signal.aborted && !request.housekeeping)
        throw new Unsent(
          limited > 0
            ? 'the target limits the rate, and waiting for it used up the time'
            : 'the time was used up',
        )
      if (sent >= REQUESTS_MAX - (request.housekeeping ? 0 : created + CLOSING))
        throw new Unsent('the budget of requests was used up')
      sent += 1
      const tried = await attempt(request, sentHeaders)
      const isLimited = tried.response?.status === 429
      if (isLimited) limited += 1
      const { method = 'GET' } = request
      const wait = isLimited
        ? isUncounted({ request, method, sentHeaders })
          ? undefined
          : patienceFor(tried, limited)
        : attempts - limited > RETRIES_MAX
          ? undefined
          : pauseBefore(request, tried, attempts - limited)
      if (wait === undefined) {
        const as = callerOf(request)
        const exchange: Exchange = { request, method, as, sentHeaders, attempts, limited, ...tried }
        exchanges.push(exchange)
        if (tried.response?.status === 201) created += 1
        return exchange
      }
      await pause(wait, undefined, request.housekeeping ? {} : { signal }).catch(() => undefined)
    }
  }

  return {
    send: (request, by) => inTurn(by, () => send(request, headersOf(request, users))),
    exchanges,
    get sent() {
      return sent
    },
    close,
  }
}

const headersOf = (request: HttpRequest, users: TransportOptions['users']): [string, string][] => {
  const { as = 'nobody', scheme = 'Bearer', authorization, headers = [], json } = request
  const token = as === 'nobody' ? undefined : users?.[as === 'A' ? 'a' : 'b'].token
  const credentials = authorization ?? (token && `${scheme} ${token}`)
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type')
  const sent: [string, string][] = []
  if (credentials !== undefined) sent.push(['Authorization', credentials])
  if (json !== undefined && !typed) sent.push(['Content-Type', 'application/json'])
  return [...sent, ...headers.map(([name, value]): [string, string] => [name, value])]
}

const callerOf = ({ as = 'nobody', authorization }: HttpRequest): string =>
  authorization === undefined ? as : 'forged'

/** Seconds, or a date (RFC 9110 §10.2.3), by the clock of whoever names it. */
const retryAfterMs = (response: Attempt['response']): number => {
  const value = headerOf(response, 'retry-after') ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const now = Date.parse(headerOf(response, 'date') ?? '') || Date.now()
  // Both are whole seconds, of which the first may have just ended.
  return Date.parse(value) - now + 1_000
}

/** How long to wait for a rate limit to let us in; undefined where that is asking too much. */
const patienceFor = ({ response }: Attempt, limited: number): number | undefined => {
  // At once is soon enough for us, too.
  const ms = Math.max(retryAfterMs(response), LIMIT_MIN_MS)
  return limited <= LIMITS_MAX && ms <= LIMIT_MAX_MS ? ms : undefined
}

/**
 * How long to wait before another attempt; undefined where the outcome stands. Only what lies in front of the
 * application is tried again.
 */
const pauseBefore = (
  request: HttpRequest,
  { trouble, edge, response }: Attempt,
  attempts: number,
): number | undefined => {
  if (trouble !== undefined) {
    const harmless =
      (request.method ?? 'GET') === 'GET' || /refused|not found|connect/i.test(trouble)
    return harmless && !request.parserMayRefuse && !/no answer (in time|that)/.test(trouble)
      ? 500 * attempts
      : undefined
  }
  // Whatever routes by Host will not change its mind, nor whatever refuses for how a request looks.
  const { status = 0 } = response ?? {}
  const elsewhere = request.headers?.some(([name]) => name.toLowerCase() === 'host')
  const refused = status === 403 || (status < 500 && request.parserMayRefuse)
  return edge && !elsewhere && !refused ? 2_000 * attempts : undefined
}
