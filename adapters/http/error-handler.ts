import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../domain/fault.ts'
import { problemBody } from './contract/problem-body.ts'
import { type ProblemCode, problems } from './contract/problems.ts'
import { HttpProblem } from './http-problem.ts'

/** Faults that only the framework can raise, under our names. */
const frameworkCodes: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_HANDLER_TIMEOUT: 'overloaded',
}

/** Answers any error as RFC 9457 problem details; one that nobody foresaw is logged and told to nobody. */
export const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
  const code = codeOf(error)
  request.observed?.failed(code)
  if (code === 'internal_error') request.log.error({ err: error }, 'unexpected error')
  const { status, retryAfter } = { retryAfter: undefined, ...problems[code] }
  if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter))
  // RFC 6750 §3: no error code where no credentials were sent.
  if (status === 401)
    reply.header(
      'WWW-Authenticate',
      code === 'token_missing' ? 'Bearer' : 'Bearer error="invalid_token"',
    )
  if (error instanceof HttpProblem) reply.headers(error.headers)
  const violations = error instanceof Fault ? error.violations : []
  // As bytes: to text the framework would add a charset, which this type does not have (RFC 9457 §6.1).
  return reply
    .status(status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problemBody(code, request.id, violations))))
}

const codeOf = (error: unknown): ProblemCode => {
  if (error instanceof HttpProblem || error instanceof Fault) return error.code
  return frameworkCodes[(error as FastifyError | null)?.code ?? ''] ?? 'internal_error'
}
