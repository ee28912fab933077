import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Compile } from 'typebox/compile'
import type { Owner } from '../../domain/owner.ts'
import { responseHeaders } from './contract/headers.ts'

const fitting = Compile(responseHeaders['X-Request-Id'])

/** How many lines of a header came, by its lower-case name; Node's own views of them join or drop repetitions. */
export const timesSent = ({ rawHeaders }: IncomingMessage, name: string): number => {
  let times = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] as string
    if (sent.length === name.length && sent.toLowerCase() === name) times += 1
  }
  return times
}

/** A caller's own request id where it is harmless in a log line, else a fresh one. */
export const requestId = ({ headers }: IncomingMessage): string => {
  const told = headers['x-request-id']
  return fitting.Check(told) ? told : randomUUID()
}

/** The headers of every response, and one log line about it that holds no value of the request. */
export const commonHeaders = (
  app: FastifyInstance,
  production: boolean,
  nameOf?: (owner: Owner) => string,
): void => {
  const headers = {
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    Vary: 'Origin',
    ...(production && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
  }
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('X-Request-Id', request.id)
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    // RFC 9110 §8.6: none in a 204, whatever a plugin thinks that old browsers need.
    if (reply.statusCode === 204) reply.removeHeader('Content-Length')
    done(null, payload)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { url = 'unknown' } = request.routeOptions
    const duration_ms = Math.round(reply.elapsedTime * 10) / 10
    const { method, owner } = request
    const named = nameOf && owner !== undefined && { owner: nameOf(owner) }
    const line = { method, route: url, status: reply.statusCode, duration_ms, ...named }
    request.log.info(line, 'request')
    done()
  })
}
