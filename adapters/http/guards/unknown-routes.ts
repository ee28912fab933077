import type { FastifyInstance } from 'fastify'
import type { OperationId } from '../contract/contract.ts'
import { HttpProblem } from '../http-problem.ts'
import { allowedMethods, pathOf } from '../request/target.ts'

/** Answers OPTIONS, and refuses a path without an operation (404) and a method that its path does not have (405). */
export const unknownRoutes = (app: FastifyInstance, served: readonly OperationId[]): void => {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 && request.method !== 'OPTIONS') return done()
    const path = pathOf(request)
    const allow = allowedMethods(path, served)
    const isAsterisk = path === '*' && request.method !== 'OPTIONS'
    if (allow === undefined || isAsterisk) throw new HttpProblem('route_not_found')
    if (request.method !== 'OPTIONS') throw new HttpProblem('method_not_allowed', { Allow: allow })
    reply.status(204).header('Allow', allow).send()
  })
}
