import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** A caller's own request id where it is harmless in a log line, else a fresh one. */
export const requestId = ({ headers }: IncomingMessage): string => {
  const told = headers['x-request-id']
  return typeof told === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(told) ? told : randomUUID()
}

/** The headers of every response, and one log line about it that holds no value of the request. */
export const commonHeaders = (app: FastifyInstance, production: boolean): void => {
  const headers = {
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    Vary: 'Origin',
    ...(production && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
  }
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers).header('X-Request-Id', request.id)
  })
  app.addHook('onSend', async (_request, reply) => {
    // RFC 9110 §8.6: none in a 204, whatever a plugin thinks that old browsers need.
    if (reply.statusCode === 204) reply.removeHeader('Content-Length')
  })
  app.addHook('onResponse', async (request, reply) => {
    const { url = 'unknown' } = request.routeOptions
    const duration_ms = Math.round(reply.elapsedTime * 10) / 10
    const { method } = request
    request.log.info({ method, route: url, status: reply.statusCode, duration_ms }, 'request')
  })
}
