import { Readable } from 'node:stream'
import { Client, Pool } from 'undici'
import { looksLikeEdge } from './edge.ts'
import type { Exchange, HttpRequest } from './exchange.ts'
import { exchangeRaw } from './raw.ts'
import { receiver, Unreadable } from './receive.ts'

/** Nothing that the application answers may take longer (contract §4). */
const REQUEST_TIMEOUT_MS = 12_000
const CONNECT_TIMEOUT_MS = 8_000
/** What is written raw holds something back, so it is answered at once or not at all. */
const RAW_TIMEOUT_MS = 3_000
const CHUNK_BYTES = 16 * 1024

/** What one attempt to send a request comes to. */
export type Attempt = Pick<Exchange, 'response' | 'trouble' | 'edge' | 'ms' | 'startedAt'>

export interface Connections {
  /** Sends it once. What keeps it from being answered is told as `trouble`, never thrown. */
  attempt(request: HttpRequest, headers: Exchange['sentHeaders']): Promise<Attempt>
  close(): Promise<void>
}

/** A pool for most requests, a client for each named connection, and one for each `fresh` request. */
export const connections = (target: URL, size: number, patience: number): Connections => {
  const timeoutMs = REQUEST_TIMEOUT_MS * patience
  const options = {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: CONNECT_TIMEOUT_MS * patience },
    pipelining: 1,
  }
  const { origin } = target
  /** one clock that nobody sets for all of a run: what came first began first */
  const epoch = Date.now() - performance.now()
  const receive = receiver()
  /** whether the target ends idle connections without a word, so that what is sent next may be lost */
  let abrupt = false
  const watched = <T extends Pool | Client>(client: T): T => {
    client.on('disconnect', (_, __, { code }: Error & { code?: string }) => {
      abrupt ||= /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(code ?? '')
    })
    return client
  }
  const pool = watched(new Pool(origin, { ...options, connections: size }))
  const named = new Map<string, Client>()
  const clientNamed = (name: string): Client => {
    const client = named.get(name) ?? watched(new Client(origin, options))
    named.set(name, client)
    return client
  }
  const exchange = async (request: HttpRequest, headers: Exchange['sentHeaders']) => {
    // Of the whole: a byte now and then must not keep us for ever.
    const signal = AbortSignal.timeout(timeoutMs)
    if (request.raw) {
      const isWhole = request.version !== undefined
      const limit = isWhole ? signal : AbortSignal.timeout(RAW_TIMEOUT_MS * patience)
      return exchangeRaw(target, request, headers, limit)
    }
    const own = request.fresh ? new Client(origin, options) : undefined
    const client = own ?? (request.connection ? clientNamed(request.connection) : pool)
    try {
      const received = await client.request({
        method: (request.method ?? 'GET') as 'GET',
        path: request.path,
        headers: [...headers.flat(), ...(asksForCoding(headers) ? [] : IDENTITY)],
        body: bodyOf(request),
        signal,
        ...((own || abrupt) && { reset: true }),
      })
      return await receive(received)
    } finally {
      own?.destroy().catch(() => undefined)
    }
  }
  return {
    attempt: async (request, headers) => {
      const begun = performance.now()
      const timed = () => ({ ms: performance.now() - begun, startedAt: epoch + begun })
      try {
        const response = await exchange(request, headers)
        return { response, edge: looksLikeEdge(response, headers, target), ...timed() }
      } catch (error) {
        return { trouble: troubleOf(error), edge: false, ...timed() }
      }
    },
    close: async () => {
      await Promise.all([pool, ...named.values()].map((client) => client.destroy()))
    },
  }
}

/** What is compressed on the way has other bytes and other tags than what the application said. */
const IDENTITY = ['Accept-Encoding', 'identity']
const asksForCoding = (headers: Exchange['sentHeaders']) =>
  headers.some(([name]) => name.toLowerCase() === 'accept-encoding')

const bodyOf = ({ json, body, chunked }: HttpRequest): string | Buffer | Readable | null => {
  const whole = json === undefined ? body : JSON.stringify(json)
  if (whole === undefined) return null
  const bytes = Buffer.from(whole)
  return chunked ? Readable.from(inChunks(bytes)) : bytes
}

function* inChunks(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
}

const NO_ANSWER = 'no answer in time'
const troubles: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_TIMEOUT: NO_ANSWER,
  UND_ERR_BODY_TIMEOUT: NO_ANSWER,
  UND_ERR_CONNECT_TIMEOUT: 'could not connect in time',
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found',
}

const troubleOf = (error: unknown): string => {
  const { code, message, name } = error as { code?: string; message?: string; name?: string }
  if (error instanceof Unreadable) return `no answer that could be read: ${message}`
  if (name === 'TimeoutError') return troubles.UND_ERR_HEADERS_TIMEOUT as string
  return troubles[code ?? ''] ?? `no answer (${code ?? message ?? 'unknown reason'})`
}
