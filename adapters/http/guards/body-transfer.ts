import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import type { FastifyInstance } from 'fastify'

/** A client that sends nothing for so long after it was answered is not about to send the rest of its body. */
const SILENCE_MAX_MS = 2_000

/** Who sent `Expect: 100-continue` and was told nothing yet. */
const expecting = new WeakMap<object, ServerResponse>()

/** Lets a client that waits for `100 Continue` send its body (RFC 9110 §10.1.1); nothing for all others. */
export const letSend = (request: object): void => {
  expecting.get(request)?.writeContinue()
  expecting.delete(request)
}

/**
 * Answers what the header section decides before a body is asked for, and lets a client that is still sending
 * read the answer. To close with bytes unread resets the connection, and with it the answer is lost (RFC 9112
 * §9.6); so the rest of a body is read and thrown away, for as long as the server waits for any request, and a
 * connection that is to end ends after it.
 */
export const bodyTransfer = (app: FastifyInstance): void => {
  const server = app.server as Server
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expecting.set(request, response)
    server.emit('request', request, response)
  })
  // RFC 9110 §10.1.1 lets an unknown expectation pass; Node would answer it past all else.
  server.on('checkExpectation', (...exchange) => server.emit('request', ...exchange))

  app.addHook('onSend', ({ raw: request }, reply, payload, done) => {
    const response = reply.raw
    if (expecting.has(request)) {
      // Nobody can tell whether its body will come now, so nothing can follow on this connection.
      reply.header('Connection', 'close')
    } else if (isComing(request)) {
      const ends = !response.shouldKeepAlive
      // Fastify wants to close where a body was refused.
      reply.removeHeader('connection')
      response.shouldKeepAlive = true
      request.resume()
      if (ends) endAfter(request, response)
    }
    done(null, payload)
  })
}

/** Ends the connection when the answer is out and the body in, or nothing more of it comes. */
const endAfter = (request: IncomingMessage, response: ServerResponse): void => {
  const { socket } = request
  const answered = finished(response).then(() => socket.setTimeout(SILENCE_MAX_MS))
  Promise.all([answered, finished(request)]).then(
    () => socket.destroySoon(),
    () => socket.destroy(),
  )
}

const isComing = ({ complete, headers }: IncomingMessage): boolean => !complete && hasBody(headers)

/** Whether a body was announced: its length, or that it comes in chunks (RFC 9112 §6.3). */
export const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
