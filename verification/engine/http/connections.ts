import { Client, Pool } from 'undici'
import { looksLikeEdge } from './edge.ts'
import type { Exchange, HttpRequest, HttpResponse } from './exchange.ts'

/** Nothing that the application answers may take longer (contract §4). */
const REQUEST_TIMEOUT_MS = 12_000
const CONNECT_TIMEOUT_MS = 8_000

/** What one attempt to send a request comes to. */
export type Attempt = Pick<Exchange, 'response' | 'trouble' | 'edge' | 'ms' | 'startedAt'>

export interface Connections {
  /** Sends it once. What keeps it from being answered is told as `trouble`, never thrown. */
  attempt(request: HttpRequest, headers: Exchange['sentHeaders']): Promise<Attempt>
  close(): Promise<void>
}

/** A pool for most requests, a client for each named connection, and one for each `fresh` request. */
export const connections = (origin: string, size: number): Connections => {
  const pool = new Pool(origin, { ...options, connections: size })
  const named = new Map<string, Client>()
  const clientNamed = (name: string): Client => {
    const client = named.get(name) ?? new Client(origin, options)
    named.set(name, client)
    return client
  }
  return {
    attempt: async (request, headers) => {
      const own = request.fresh ? new Client(origin, options) : undefined
      const client = own ?? (request.connection ? clientNamed(request.connection) : pool)
      const startedAt = Date.now()
      const begun = performance.now()
      try {
        const response = await dispatch(client, request, headers)
        return { response, edge: looksLikeEdge(response), ms: performance.now() - begun, startedAt }
      } catch (error) {
        return { trouble: troubleOf(error), edge: false, ms: performance.now() - begun, startedAt }
      } finally {
        own?.destroy().catch(() => undefined)
      }
    },
    close: async () => {
      await Promise.all([pool, ...named.values()].map((client) => client.destroy()))
    },
  }
}

const options = {
  headersTimeout: REQUEST_TIMEOUT_MS,
  bodyTimeout: REQUEST_TIMEOUT_MS,
  connect: { timeout: CONNECT_TIMEOUT_MS },
  pipelining: 1,
}

const dispatch = async (
  client: Pool | Client,
  request: HttpRequest,
  headers: Exchange['sentHeaders'],
): Promise<HttpResponse> => {
  const { statusCode, ...received } = await client.request({
    method: (request.method ?? 'GET') as 'GET',
    path: request.path,
    headers: headers.flat(),
    body: bodyOf(request) ?? null,
    ...(request.fresh && { reset: true }),
  })
  const body = Buffer.from(await received.body.arrayBuffer())
  const text = body.toString('utf8')
  const entries = Object.entries(received.headers).map(
    ([name, value]) => [name.toLowerCase(), [value ?? ''].flat()] as const,
  )
  const rawHeaders = entries.map(([name, values]) => `${name}: ${values.join(', ')}`).join('\n')
  return {
    status: statusCode,
    headers: new Map(entries),
    body,
    text,
    json: parsed(text),
    rawHeaders,
  }
}

const bodyOf = ({ json, body }: HttpRequest): string | Buffer | undefined => {
  if (json !== undefined) return JSON.stringify(json)
  return body === undefined ? undefined : Buffer.from(body)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const troubles: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_TIMEOUT: `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`,
  UND_ERR_BODY_TIMEOUT: `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`,
  UND_ERR_CONNECT_TIMEOUT: 'could not connect in time',
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found',
}

const troubleOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string }
  return troubles[code ?? ''] ?? `no answer (${code ?? message ?? 'unknown reason'})`
}
