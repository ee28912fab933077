import { BlockList, isIPv6 } from 'node:net'
import fastifyRateLimit, { normalizeIP, type RateLimitPluginOptions } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from '../http-problem.ts'
import { RateWindows } from './rate-windows.ts'

const WINDOW_MS = 60_000
/** One customer usually holds a whole /64 of IPv6 (RFC 6177), so that counts as one address. */
const IPV6_CUSTOMER_BITS = 64

export interface RateLimit {
  /** Counts a request by its owner. @throws HttpProblem `rate_limited` beyond the limit */
  countOwner(request: FastifyRequest): Promise<void>
  /** Counts a request without a valid token by its client's address. */
  countAddress(request: FastifyRequest): Promise<void>
}

/** Requests per minute of each owner, and of each address for requests that prove no owner, per process. */
export const rateLimit = async (
  app: FastifyInstance,
  options: { perMinute: number; behindRailway: boolean },
): Promise<RateLimit> => {
  await app.register(fastifyRateLimit, { global: false, store: RateWindows })
  const limiter = (keyGenerator: (request: FastifyRequest) => string) => {
    const settings: RateLimitPluginOptions = {
      max: options.perMinute,
      timeWindow: WINDOW_MS,
      keyGenerator,
    }
    return app.createRateLimit(settings)
  }
  const byOwner = limiter((request) => request.owner ?? '')
  const byAddress = limiter((request) =>
    normalizeIP(clientAddress(request, options.behindRailway), IPV6_CUSTOMER_BITS),
  )
  const count = async (limit: typeof byOwner, request: FastifyRequest) => {
    const result = await limit(request)
    if (!result.isAllowed && result.isExceeded)
      throw new HttpProblem('rate_limited', {
        'Retry-After': String(Math.max(1, result.ttlInSeconds)),
      })
  }
  return {
    countOwner: (request) => count(byOwner, request),
    countAddress: (request) => count(byAddress, request),
  }
}

/** Railway's edge reaches services from the shared address space (RFC 6598). */
const edge = new BlockList()
edge.addSubnet('100.64.0.0', 10, 'ipv4')

/**
 * Who is calling. On Railway the edge overwrites X-Real-IP, so it counts when, and only when, the edge is
 * the peer; X-Forwarded-For never does, since any client may begin it.
 */
export const clientAddress = (request: FastifyRequest, behindRailway: boolean): string => {
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const told = request.headers['x-real-ip']
  const trusted = behindRailway && !isIPv6(peer) && peer !== '' && edge.check(peer, 'ipv4')
  return trusted && typeof told === 'string' && told !== '' ? told : peer
}
