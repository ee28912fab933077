import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { problemBody } from './contract/problem-body.ts'
import { lastAnswer } from './guards/pipelines.ts'

/** What the HTTP parser can refuse for; all else that it does not understand is a 400. */
const statuses: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/**
 * Answers what never became a request, in the shape of every other problem, behind all that was asked before it. After
 * it the bytes on the connection mean nothing any more (RFC 9112 §11.2), so it ends.
 */
export const clientErrorHandler = (error: NodeJS.ErrnoException, socket: Socket): void => {
  const before = lastAnswer(socket)
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
  else if (!before || (before.req.complete && before.writableFinished)) refuse(error, socket)
  else if (before.req.complete) {
    // Whatever else comes would be an error again.
    socket.pause()
    before.once('close', () => refuse(error, socket))
  }
  // The rest of a body that was refused already is nothing to be refused again.
  else if (before.headersSent) socket.destroySoon()
  else refuse(error, socket)
}

const refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable) return
  const status = statuses[error.code ?? ''] ?? 400
  const requestId = randomUUID()
  const body = JSON.stringify({ ...problemBody('malformed_request', requestId), ...titled(status) })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}

const titled = (status: number) => ({ title: STATUS_CODES[status] ?? 'Error', status })
