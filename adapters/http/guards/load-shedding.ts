import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../../domain/fault.ts'
import { operations } from '../contract/contract.ts'

/**
 * Turns requests away while the process itself is what is short, before anything is done for them. Whether the
 * process lives can always be asked. An idle event loop is late by a millisecond or two; at a fifth of a second,
 * the default, requests come in faster than they can be answered, and each one more makes all slower.
 */
export const loadShedding = async (
  app: FastifyInstance,
  maxEventLoopDelay: number,
): Promise<void> => {
  // The plugin measures; what is answered is said in our words, by the hook below.
  await app.register(underPressure, { maxEventLoopDelay, pressureHandler: () => undefined })
  app.addHook('onRequest', (request, _reply, done) => {
    if (app.isUnderPressure() && request.routeOptions.url !== operations.livez.path)
      throw new Fault('overloaded')
    done()
  })
}
