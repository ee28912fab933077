import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { Refusal } from './refusal.ts'

export const BODY_MAX_BYTES = 64 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The bytes of a body, at most 64 KiB. The media type is judged at the first byte and not before, because
 * browsers' clients name a Content-Type on requests that have no body. The stream is left open on refusal:
 * Node reads the rest away, so that the client gets to see the answer.
 */
export const readBody = async (
  payload: Readable,
  headers: IncomingHttpHeaders,
  mediaTypes: readonly string[],
): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (size === 0) assertMediaType(headers, mediaTypes)
    size += chunk.length
    if (size > BODY_MAX_BYTES) throw new Refusal('body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** The JSON value in a body (RFC 8259 §8.1: UTF-8, no BOM); undefined for an empty one. */
export const parseJson = (body: Buffer): unknown => {
  if (body.length === 0) return undefined
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    throw new Refusal('malformed_request')
  }
}

const assertMediaType = (headers: IncomingHttpHeaders, mediaTypes: readonly string[]) => {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters.map((it) => it.trim()).find((it) => it.startsWith('charset='))
  const known = mediaTypes.includes(type.trim())
  const utf = charset === undefined || /^charset="?utf-8"?$/.test(charset)
  const coding = (headers['content-encoding'] ?? 'identity').toLowerCase()
  if (!known || !utf || coding !== 'identity') throw new Refusal('unsupported_media_type')
}
