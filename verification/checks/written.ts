import type { HttpRequest } from '../engine/http/exchange.ts'

/** The same request written as it is, framed by what it says of its body, over a connection of its own. */
export const written = (asked: HttpRequest): HttpRequest => {
  if (asked.raw) return asked
  const { json, body, chunked, headers = [], ...request } = asked
  const whole = json === undefined ? body : JSON.stringify(json)
  const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type')
  const type = json === undefined || isTyped ? [] : [['Content-Type', 'application/json'] as const]
  const bytes = whole === undefined ? undefined : Buffer.from(whole)
  const framed = bytes === undefined ? undefined : chunked ? inOneChunk(bytes) : withLength(bytes)
  return {
    ...request,
    ...{ raw: true, version: request.version ?? '1.1' },
    headers: [...headers, ...type, ...(framed ? [framed.header] : [])],
    ...(framed && { body: framed.body }),
  }
}

const withLength = (body: Buffer) => ({
  header: ['Content-Length', `${body.length}`] as const,
  body,
})

/** RFC 9112 §7.1: of no bytes there is the last chunk alone. */
const inOneChunk = (bytes: Buffer) => ({
  header: ['Transfer-Encoding', 'chunked'] as const,
  body: Buffer.concat([
    ...(bytes.length > 0
      ? [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]
      : []),
    Buffer.from('0\r\n\r\n'),
  ]),
})
