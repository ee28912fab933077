import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from './refusal.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'X-Request-Id',
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
export const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined

/**
 * The exact allow-list. `@fastify/cors` speaks the protocol to allowed origins, but lets the handler run
 * for all others and merely leaves the headers out; so whoever is not on the list is refused before it, and
 * before anything else happens. Two Origin headers reach us joined by a comma and match nothing.
 */
export const enforceOrigins = async (
  app: FastifyInstance,
  allowed: readonly string[],
): Promise<void> => {
  const list = new Set(allowed)
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    if (headers.origin !== undefined && !list.has(headers.origin))
      throw new Refusal('origin_not_allowed')
    done()
  })

  const granted = {
    origin: true,
    credentials: true,
    methods,
    allowedHeaders,
    maxAge,
    // What a preflight is we say ourselves; the plugin would answer one with an empty method in plain text.
    strictPreflight: false,
  }
  const none: FastifyCorsOptions = { origin: false }
  const preflight: FastifyCorsOptions = { ...granted, preflight: true }
  const simple: FastifyCorsOptions = { ...granted, preflight: false, exposedHeaders }
  await app.register(cors, {
    delegator: (request, decide) => {
      if (request.headers.origin === undefined) return decide(null, none)
      return decide(null, isPreflight(request as FastifyRequest) ? preflight : simple)
    },
  })
}
