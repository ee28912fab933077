import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { Dispatcher } from 'undici'
import type { HttpResponse } from './exchange.ts'

/** The largest page of the contract has some 4 MB where all is escaped that may be; what is larger is no answer of its. */
const ANSWER_MAX_BYTES = 5 * 1024 * 1024
/** All answers of a run are kept to its end: more than this is not ours to hold. */
const RUN_MAX_BYTES = 128 * 1024 * 1024

/** Why an answer is none that could be judged: it completes "no answer that could be read: …". */
export class Unreadable extends Error {}

/** Reads answers whole, within bounds, whatever their server intends. */
export const receiver = () => {
  let kept = 0
  return async ({
    statusCode,
    ...received
  }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>): Promise<HttpResponse> => {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of received.body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > ANSWER_MAX_BYTES) throw new Unreadable(`more than ${ANSWER_MAX_BYTES} bytes`)
      if (kept + size > RUN_MAX_BYTES) throw new Unreadable('more than a run can hold')
      chunks.push(chunk)
    }
    kept += size
    const entries = Object.entries(received.headers).map(
      ([name, value]) => [name.toLowerCase(), [value ?? ''].flat()] as const,
    )
    return responseOf(statusCode, new Map(entries), Buffer.concat(chunks, size))
  }
}

export const responseOf = (
  status: number,
  headers: HttpResponse['headers'],
  sent: Buffer,
): HttpResponse => {
  const body = decoded(sent, headers.get('content-encoding')?.join() ?? '')
  const rawHeaders = [...headers]
    .map(([name, values]) => `${name}: ${values.join(', ')}`)
    .join('\n')
  return { status, headers, body, text: body.toString('utf8'), json: jsonIn(body), rawHeaders }
}

/**
 * We ask for `identity`; a proxy that compresses all the same does no harm to what is judged here. Some
 * 10 KB of a coding can stand for 10 MB.
 */
const decoded = (body: Buffer, codings: string): Buffer => {
  const bound = { maxOutputLength: ANSWER_MAX_BYTES }
  try {
    switch (body.length > 0 ? codings.trim().toLowerCase() : '') {
      case '':
      case 'identity':
        return body
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, bound)
      case 'deflate':
        return inflateSync(body, bound)
      case 'br':
        return brotliDecompressSync(body, bound)
      default:
        throw new Unreadable('a coding that nobody asked for')
    }
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable('a coding that cannot be undone')
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** JSON is UTF-8 (RFC 8259 §8.1); undefined where it is none. */
const jsonIn = (body: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    return undefined
  }
}
