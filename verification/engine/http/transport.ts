import { setTimeout as pause } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { User } from '../users.ts'
import { type Attempt, connections } from './connections.ts'
import type { Exchange, HttpRequest } from './exchange.ts'

/** More than these at a time, or in one run, would be an imposition. */
const CONCURRENCY = 8
export const REQUESTS_MAX = 1000
const RETRIES_MAX = 2
/** Requests kept back for looking what is left at the end. */
const CLOSING = 6
/** A rate limit is waited out once for at most this long. */
const PATIENCE_MS = 15_000

export interface Transport {
  /** Sends it, politely: never too many at once, patient with rate limits and with an edge that wakes up. */
  send(request: HttpRequest): Promise<Exchange>
  /** everything that was exchanged so far, in order of completion */
  readonly exchanges: readonly Exchange[]
  /** requests sent, retries included */
  readonly sent: number
  close(): Promise<void>
}

export interface TransportOptions {
  target: URL
  users?: { a: User; b: User } | undefined
  signal: AbortSignal
}

/** Thrown where a request can no longer be made: the budget or the time is used up. */
export class Unsent extends Error {}

export const httpTransport = ({ target, users, signal }: TransportOptions): Transport => {
  const { attempt, close } = connections(target.origin, CONCURRENCY)
  const exchanges: Exchange[] = []
  const limit = pLimit(CONCURRENCY)
  let sent = 0
  /** tasks that will have to be removed again, one request each */
  let created = 0

  const send = async (request: HttpRequest, sentHeaders: Exchange['sentHeaders']) => {
    for (let attempts = 1; ; attempts += 1) {
      if (signal.aborted && !request.housekeeping) throw new Unsent('the time was used up')
      if (sent >= REQUESTS_MAX - (request.housekeeping ? 0 : created + CLOSING))
        throw new Unsent('the budget of requests was used up')
      sent += 1
      const tried = await attempt(request, sentHeaders)
      const wait = attempts > RETRIES_MAX ? undefined : pauseBefore(request, tried, attempts)
      if (wait === undefined) {
        const { method = 'GET' } = request
        const as = callerOf(request)
        const exchange: Exchange = { request, method, as, sentHeaders, attempts, ...tried }
        exchanges.push(exchange)
        if (tried.response?.status === 201) created += 1
        return exchange
      }
      await pause(wait)
    }
  }

  return {
    send: (request) => limit(send, request, headersOf(request, users)),
    exchanges,
    get sent() {
      return sent
    },
    close,
  }
}

const headersOf = (request: HttpRequest, users: TransportOptions['users']): [string, string][] => {
  const { as = 'nobody', authorization, headers = [], json } = request
  const token = as === 'nobody' ? undefined : users?.[as === 'A' ? 'a' : 'b'].token
  const credentials = authorization ?? (token && `Bearer ${token}`)
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type')
  const sent: [string, string][] = []
  if (credentials !== undefined) sent.push(['Authorization', credentials])
  if (json !== undefined && !typed) sent.push(['Content-Type', 'application/json'])
  return [...sent, ...headers.map(([name, value]): [string, string] => [name, value])]
}

const callerOf = ({ as = 'nobody', authorization }: HttpRequest): string =>
  authorization === undefined ? as : 'forged'

/**
 * How long to wait before another attempt; undefined where the outcome stands. Only what lies in front of the
 * application is tried again, and a rate limit.
 */
const pauseBefore = (
  request: HttpRequest,
  { response, trouble, edge }: Attempt,
  attempts: number,
): number | undefined => {
  if (trouble !== undefined) {
    const harmless =
      (request.method ?? 'GET') === 'GET' || /refused|not found|connect/i.test(trouble)
    return harmless && !request.parserMayRefuse && !/no answer within/.test(trouble)
      ? 500 * attempts
      : undefined
  }
  if (edge) return 2_000 * attempts
  if (response?.status === 429) {
    const seconds = Number(response.headers.get('retry-after')?.[0])
    return seconds > 0 && seconds * 1000 <= PATIENCE_MS ? seconds * 1000 : undefined
  }
  return undefined
}
