import type { FastifyReply } from 'fastify'
import { Fault } from '../../../domain/fault.ts'
import type { Operation } from '../contract/contract.ts'

/** No request outlives this, whatever it waits for: its client, keys or the store. */
export const REQUEST_TIMEOUT_MS = 9_000

/** The time that one request has. */
export interface Bound {
  /** whether its handler has begun, so that a write may have been made */
  begun: boolean
  met(): void
}

declare module 'fastify' {
  interface FastifyRequest {
    /** absent where it was refused before its operation was known */
    bound: Bound | undefined
  }
}

/**
 * Answers with a fault what was not answered in time. (Fastify's own `handlerTimeout` stops once the body has
 * been read: it takes the request's `close` for its end.)
 */
export const answerInTime = (reply: FastifyReply, { method }: Operation): Bound => {
  const late = () => {
    const unknown = bound.begun && method !== 'GET'
    if (!reply.sent) reply.send(new Fault(unknown ? 'outcome_unknown' : 'overloaded'))
  }
  const timer = setTimeout(late, REQUEST_TIMEOUT_MS).unref()
  const bound: Bound = { begun: false, met: () => clearTimeout(timer) }
  return bound
}
