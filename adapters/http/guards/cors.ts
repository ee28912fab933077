import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from '../http-problem.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'X-Request-Id',
  // What browsers' tracing (W3C Trace Context, Baggage, Sentry) adds to every call by itself.
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
]
const exposedHeaders = [
  'ETag',
  'Location',
  'Link',
  'Retry-After',
  'X-Request-Id',
  'Idempotency-Replayed',
]

/** Browsers keep a preflight no longer than this, in seconds (Chromium's cap). */
const maxAge = 7200

/** A preflight is an OPTIONS request with both headers (Fetch §3.2.2). */
const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined

/**
 * The exact allow-list. `@fastify/cors` lets the handler run for origins that are not allowed and merely leaves
 * the headers out; so whoever is not on the list is refused before anything else happens. Two Origin headers
 * reach us joined by a comma and match nothing.
 */
export const cors = async (app: FastifyInstance, allowed: readonly string[]): Promise<void> => {
  const list = new Set(allowed)
  const readable = {
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': exposedHeaders.join(', '),
  }
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    if (origin === undefined) return done()
    if (!list.has(origin)) throw new HttpProblem('origin_not_allowed')
    if (!isPreflight(request)) reply.header('Access-Control-Allow-Origin', origin).headers(readable)
    done()
  })

  const none: FastifyCorsOptions = { origin: false }
  const preflight: FastifyCorsOptions = {
    origin: true,
    credentials: true,
    methods,
    allowedHeaders,
    maxAge,
    // What a preflight is we say ourselves; the plugin would answer one with an empty method in plain text.
    strictPreflight: false,
  }
  // The plugin works out its options anew for each request that it sees: in a scope with its OPTIONS route alone
  // it sees no other.
  await app.register(async (preflights) => {
    await preflights.register(fastifyCors, {
      delegator: (request, decide) =>
        decide(null, isPreflight(request as FastifyRequest) ? preflight : none),
    })
  })
}
