import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { letSend } from '../guards/body-transfer.ts'
import { HttpProblem } from '../http-problem.ts'

export const BODY_MAX_BYTES = 64 * 1024

/** RFC 9110 §8.3.1. White space is blanks and tabs alone (§5.6.3), which no other space passes for. */
const MEDIA_TYPE = /^[ \t]*([^\s;]+)[ \t]*(;.*)?$/
/** §5.6.6: a quoted value may itself hold semicolons. */
const PARAMETER = /;[ \t]*([^ \t=;"]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^ \t;"]*)/g

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The bytes of a body, at most 64 KiB. What its head tells is judged before it is asked for; a body in chunks at
 * its first byte and not before, because browsers' clients name a Content-Type on requests that have no body.
 * The stream is left open on refusal, so that the client gets to see the answer.
 */
export const readBody = async (
  payload: Readable,
  headers: IncomingHttpHeaders,
  mediaTypes: readonly string[],
): Promise<Buffer> => {
  const declared = Number(headers['content-length'] ?? 0)
  if (declared > 0) assertMediaType(headers, mediaTypes)
  if (declared > BODY_MAX_BYTES) throw new HttpProblem('body_too_large')
  letSend(payload)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of whole(payload)) {
    if (size === 0 && declared === 0) assertMediaType(headers, mediaTypes)
    size += chunk.length
    if (size > BODY_MAX_BYTES) throw new HttpProblem('body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** A body that ends before its time is the client's doing (RFC 9112 §8), not an error of ours. */
async function* whole(payload: Readable): AsyncIterable<Buffer> {
  try {
    yield* payload.iterator({ destroyOnReturn: false })
  } catch {
    throw new HttpProblem('malformed_request')
  }
}

/** The JSON value in a body (RFC 8259 §8.1: UTF-8, no BOM); undefined for an empty one. */
export const parseJson = (body: Buffer): unknown => {
  if (body.length === 0) return undefined
  try {
    return JSON.parse(decoder.decode(body))
  } catch {
    throw new HttpProblem('malformed_request')
  }
}

const assertMediaType = (headers: IncomingHttpHeaders, mediaTypes: readonly string[]) => {
  const [, type = '', parameters = ''] = MEDIA_TYPE.exec(headers['content-type'] ?? '') ?? []
  const known = mediaTypes.includes(type.toLowerCase())
  const utf8 = [...parameters.matchAll(PARAMETER)]
    .filter(([, name]) => name?.toLowerCase() === 'charset')
    .every(([, , value = '']) => unquoted(value).toLowerCase() === 'utf-8')
  const coding = (headers['content-encoding'] ?? 'identity').toLowerCase()
  if (!known || !utf8 || coding !== 'identity') throw new HttpProblem('unsupported_media_type')
}

/** §5.6.4: a character behind a backslash is that character. */
const unquoted = (value: string): string =>
  value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value
