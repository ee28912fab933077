import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../../domain/fault.ts'
import { operations } from '../contract/contract.ts'

/**
 * How late the event loop may run on average over a second. An idle one is late by a millisecond or two; at a
 * fifth of a second requests come in faster than this process can answer them, and each one more makes all slower.
 */
const EVENT_LOOP_DELAY_MAX_MS = 200

/**
 * Turns requests away while the process itself is what is short, before anything is done for them. Whether the
 * process lives can always be asked.
 */
export const loadShedding = async (
  app: FastifyInstance,
  maxEventLoopDelay = EVENT_LOOP_DELAY_MAX_MS,
): Promise<void> => {
  // The plugin measures; what is answered is said in our words, by the hook below.
  await app.register(underPressure, { maxEventLoopDelay, pressureHandler: () => undefined })
  app.addHook('onRequest', (request, _reply, done) => {
    if (app.isUnderPressure() && request.routeOptions.url !== operations.livez.path)
      throw new Fault('overloaded')
    done()
  })
}
