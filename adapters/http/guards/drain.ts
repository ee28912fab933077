import type { FastifyInstance } from 'fastify'
import { operations } from '../contract/contract.ts'
import { HttpProblem } from '../http-problem.ts'
import { lastAnswer } from './pipelines.ts'

/**
 * Once closing has begun, what is in flight is answered and the last answer ends its connection: otherwise a
 * kept-alive connection that was busy when the server closed would hold the process for its whole keep-alive
 * time. What still arrives is turned away, but for the question whether the process lives.
 */
export const drain = (app: FastifyInstance): void => {
  let draining = false
  app.addHook('preClose', async () => {
    draining = true
  })
  app.addHook('onRequest', (request, _reply, done) => {
    if (draining && request.routeOptions.url !== operations.livez.path)
      throw new HttpProblem('shutting_down')
    done()
  })
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    const last = lastAnswer(raw.socket)
    const isFollowed = last !== reply.raw && last?.headersSent === false
    if (draining && !isFollowed) reply.raw.shouldKeepAlive = false
    done(null, payload)
  })
}
