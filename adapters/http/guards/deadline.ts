import type { FastifyReply } from 'fastify'
import { Fault } from '../../../domain/fault.ts'
import type { Operation } from '../contract/operation.ts'

/** No request outlives this, whatever it waits for: its client, keys or the store. */
export const REQUEST_TIMEOUT_MS = 9_000

/** When one request has to be answered at the latest. */
export interface Deadline {
  /** whether its handler has begun, so that a write may have been made */
  begun: boolean
  clear(): void
}

declare module 'fastify' {
  interface FastifyRequest {
    /** absent where the request was refused before its operation was known */
    deadline: Deadline | undefined
  }
}

/**
 * Answers with a fault what was not answered in time. (Fastify's own `handlerTimeout` stops once the body has
 * been read: it takes the request's `close` for its end.)
 */
export const setDeadline = (reply: FastifyReply, { method }: Operation): Deadline => {
  const onTimeout = () => {
    const unknown = deadline.begun && method !== 'GET'
    if (!reply.sent) reply.send(new Fault(unknown ? 'outcome_unknown' : 'overloaded'))
  }
  const timer = setTimeout(onTimeout, REQUEST_TIMEOUT_MS).unref()
  const deadline: Deadline = { begun: false, clear: () => clearTimeout(timer) }
  return deadline
}
