import { setTimeout as pause } from 'node:timers/promises'
import { Client, Pool } from 'undici'
import { looksLikeEdge } from './edge.ts'
import type { Exchange, HttpRequest, HttpResponse } from './exchange.ts'
import type { User } from './users.ts'

/** More than these at a time, or in one run, would be an imposition. */
export const CONCURRENCY = 8
export const REQUESTS_MAX = 600
/** Nothing that the application answers may take longer (contract §4). */
export const REQUEST_TIMEOUT_MS = 12_000
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
  users?: { a: User; b: User }
  signal: AbortSignal
}

/** Thrown where a request can no longer be made: the budget or the time is used up. */
export class Unsent extends Error {}

export const createTransport = ({ target, users, signal }: TransportOptions): Transport => {
  const shared = new Pool(target.origin, poolOptions(CONCURRENCY))
  const named = new Map<string, Client>()
  const exchanges: Exchange[] = []
  const gate = semaphore(CONCURRENCY)
  let sent = 0
  /** what will have to be removed again, one request each */
  let created = 0

  const dispatch = async (
    request: HttpRequest,
    headers: Exchange['sentHeaders'],
    client: Pool | Client,
  ): Promise<HttpResponse> => {
    const response = await client.request({
      method: (request.method ?? 'GET') as 'GET',
      path: request.path,
      headers: headers.flat(),
      body: bodyOf(request) ?? null,
      ...(request.fresh && { reset: true }),
    })
    return responseOf(
      response.statusCode,
      response.headers,
      Buffer.from(await response.body.arrayBuffer()),
    )
  }

  const attempt = async (
    request: HttpRequest,
    headers: Exchange['sentHeaders'],
  ): Promise<Pick<Exchange, 'response' | 'trouble' | 'edge' | 'ms' | 'startedAt'>> => {
    const own = request.fresh ? new Client(target.origin, poolOptions()) : undefined
    const client = own ?? (request.connection ? namedClient(request.connection) : shared)
    const startedAt = Date.now()
    const begun = performance.now()
    try {
      const response = await dispatch(request, headers, client)
      return { response, edge: looksLikeEdge(response), ms: performance.now() - begun, startedAt }
    } catch (error) {
      return { trouble: troubleOf(error), edge: false, ms: performance.now() - begun, startedAt }
    } finally {
      own?.destroy().catch(() => undefined)
    }
  }

  const namedClient = (name: string): Client => {
    const client = named.get(name) ?? new Client(target.origin, poolOptions())
    named.set(name, client)
    return client
  }

  const send = async (request: HttpRequest): Promise<Exchange> => {
    const headers = headersOf(request, users)
    const release = await gate.enter()
    try {
      for (let attempts = 1; ; attempts += 1) {
        if (signal.aborted && !request.housekeeping) throw new Unsent('the time was used up')
        if (sent >= REQUESTS_MAX - (request.housekeeping ? 0 : created + CLOSING))
          throw new Unsent('the budget of requests was used up')
        sent += 1
        const tried = await attempt(request, headers)
        const wait = attempts > RETRIES_MAX ? undefined : pauseBefore(request, tried, attempts)
        if (wait === undefined) {
          const exchange: Exchange = {
            request,
            method: request.method ?? 'GET',
            as: callerOf(request),
            sentHeaders: headers,
            attempts,
            ...tried,
          }
          exchanges.push(exchange)
          if (tried.response?.status === 201) created += 1
          return exchange
        }
        await pause(wait)
      }
    } finally {
      release()
    }
  }

  return {
    send,
    exchanges,
    get sent() {
      return sent
    },
    close: async () => {
      await Promise.all([
        shared.destroy(),
        ...[...named.values()].map((client) => client.destroy()),
      ])
    },
  }
}

const poolOptions = (connections?: number) => ({
  headersTimeout: REQUEST_TIMEOUT_MS,
  bodyTimeout: REQUEST_TIMEOUT_MS,
  connect: { timeout: 8_000 },
  pipelining: 1,
  ...(connections && { connections }),
})

const bodyOf = ({ json, body }: HttpRequest): string | Buffer | undefined => {
  if (json !== undefined) return JSON.stringify(json)
  return body === undefined ? undefined : Buffer.from(body)
}

const headersOf = (request: HttpRequest, users: TransportOptions['users']): [string, string][] => {
  const { as = 'nobody', authorization, headers = [], json } = request
  const token = as === 'nobody' ? undefined : users?.[as === 'A' ? 'a' : 'b'].token
  const credentials = authorization ?? (token && `Bearer ${token}`)
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type')
  return [
    ...(credentials === undefined ? [] : [['Authorization', credentials] as [string, string]]),
    ...(json === undefined || typed
      ? []
      : [['Content-Type', 'application/json'] as [string, string]]),
    ...headers.map(([name, value]): [string, string] => [name, value]),
  ]
}

const callerOf = ({ as = 'nobody', authorization }: HttpRequest): string =>
  authorization === undefined ? as : 'forged'

const responseOf = (
  status: number,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
): HttpResponse => {
  const text = body.toString('utf8')
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), [value ?? ''].flat()] as const,
  )
  return {
    status,
    headers: new Map(entries),
    body,
    text,
    json: parsed(text),
    rawHeaders: entries.map(([name, values]) => `${name}: ${values.join(', ')}`).join('\n'),
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How long to wait before another attempt; undefined where the answer stands. Only ever for what lies in front of the application. */
const pauseBefore = (
  request: HttpRequest,
  { response, trouble, edge }: Pick<Exchange, 'response' | 'trouble' | 'edge'>,
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

const troubleOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'could not connect in time'
  if (code === 'ECONNREFUSED') return 'connection refused'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'host not found'
  return `no answer (${code ?? message ?? 'unknown reason'})`
}

const semaphore = (places: number) => {
  let free = places
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  return {
    enter: async (): Promise<() => void> => {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return leave
    },
  }
}
