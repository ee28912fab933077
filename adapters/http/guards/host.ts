import type { FastifyInstance } from 'fastify'
import { timesSent } from '../headers.ts'
import { HttpProblem } from '../http-problem.ts'

/** RFC 9112 §3.2: one Host. Node's own refusal of a missing one has no body, and of two it takes the first. */
export const host = (app: FastifyInstance): void => {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.httpVersion !== '1.0' && timesSent(raw, 'host') !== 1)
      throw new HttpProblem('malformed_request')
    done()
  })
}
