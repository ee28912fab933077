import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../../domain/fault.ts'
import { operations } from '../contract/contract.ts'

/** Over which the delay is averaged. */
const SAMPLE_INTERVAL_MS = 1000

/**
 * Turns requests away while the process itself is what is short, before anything is done for them. Whether the
 * process lives can always be asked. An idle event loop is late by a millisecond or two; at a fifth of a second,
 * the default, requests come in faster than they can be answered, and each one more makes all slower.
 */
export const loadShedding = async (
  app: FastifyInstance,
  maxEventLoopDelay: number,
): Promise<void> => {
  // The plugin measures; what is too much, and what is answered then, is said in our words by the hook below.
  await app.register(underPressure, { sampleInterval: SAMPLE_INTERVAL_MS })
  app.addHook('onRequest', (request, _reply, done) => {
    const { eventLoopDelay } = app.memoryUsage()
    // Where nothing could be measured the loop was held up for the whole of the interval; the plugin says Infinity.
    const delay = Number.isFinite(eventLoopDelay) ? eventLoopDelay : SAMPLE_INTERVAL_MS
    if (delay > maxEventLoopDelay && request.routeOptions.url !== operations.livez.path)
      throw new Fault('overloaded')
    done()
  })
}
