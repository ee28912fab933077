import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Exchange, HttpRequest, HttpResponse } from './exchange.ts'
import { responseOf, Unreadable } from './receive.ts'

/** Beyond this no answer to what is asked here can be. */
const RECEIVED_MAX_BYTES = 128 * 1024

/**
 * Writes a request as it is, over a connection of its own, and reads the answer while it may still be sending:
 * for what no HTTP client would send.
 */
export const exchangeRaw = (
  target: URL,
  { method = 'GET', path, body, version = '1.1' }: HttpRequest,
  headers: Exchange['sentHeaders'],
  signal: AbortSignal,
): Promise<HttpResponse> =>
  new Promise((resolve, reject) => {
    const host = target.hostname.replaceAll(/[[\]]/g, '')
    const secure = target.protocol === 'https:'
    const port = Number(target.port || (secure ? 443 : 80))
    const socket = secure
      ? connectTls({ host, port, servername: host, ALPNProtocols: ['http/1.1'] })
      : connect({ host, port })
    let received = Buffer.alloc(0)
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', expire)
      act()
      socket.destroy()
    }
    const expire = () => settle(() => reject(signal.reason))
    signal.addEventListener('abort', expire)
    const look = (ended: boolean) => {
      try {
        const response = finalResponse(received, ended)
        if (response) settle(() => resolve(response))
        else if (ended) throw new Unreadable('the connection ended before it')
        else if (received.length > RECEIVED_MAX_BYTES) throw new Unreadable('there is no end to it')
      } catch (error) {
        settle(() => reject(error))
      }
    }
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      look(false)
    })
    // What came in before the other side reset the connection still counts: `close` follows.
    socket.on('error', () => undefined)
    socket.once('close', () => look(true))
    const named = headers.some(([name]) => name.toLowerCase() === 'host')
    const fields = named ? headers : [['Host', target.host] as const, ...headers]
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.write(`${method} ${path} HTTP/${version}\r\n${lines}\r\n`, 'latin1')
    if (body !== undefined) socket.write(body)
  })

/** RFC 9112 §6.3: these end with their header section, whatever it says. */
const BODILESS = [204, 304]

/** The first answer that is no interim one (RFC 9110 §15.2), once it is whole. */
const finalResponse = (received: Buffer, ended: boolean): HttpResponse | undefined => {
  let rest = received
  for (let continued = false; ; ) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const [first = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n')
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1])
    if (!status) throw new Unreadable('it is not HTTP/1.1')
    rest = rest.subarray(end + 4)
    if (status < 200) {
      continued ||= status === 100
      continue
    }
    const headers = fieldsIn(lines)
    const body = BODILESS.includes(status) ? Buffer.alloc(0) : bodyIn(rest, headers, ended)
    return body && { ...responseOf(status, headers, body), continued }
  }
}

const fieldsIn = (lines: readonly string[]): Map<string, string[]> => {
  const fields = new Map<string, string[]>()
  for (const line of lines) {
    const [name = '', ...value] = line.split(':')
    const known = fields.get(name.toLowerCase()) ?? []
    fields.set(name.toLowerCase(), [...known, value.join(':').trim()])
  }
  return fields
}

/** The whole body; undefined while more is to come. */
const bodyIn = (
  rest: Buffer,
  headers: ReadonlyMap<string, readonly string[]>,
  ended: boolean,
): Buffer | undefined => {
  if (headers.has('transfer-encoding')) return unchunked(rest)
  const length = headers.get('content-length')?.[0]
  if (length === undefined) return ended ? rest : undefined
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined
}

const unchunked = (rest: Buffer): Buffer | undefined => {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const end = rest.indexOf('\r\n', at)
    const size = Number.parseInt(rest.subarray(at, end < 0 ? 0 : end).toString('latin1'), 16)
    if (end < 0 || Number.isNaN(size) || rest.length < end + 2 + size) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(end + 2, end + 2 + size))
    at = end + 4 + size
  }
}
