import type { IncomingMessage } from 'node:http'
import { Fault } from '../../../domain/fault.ts'
import { timesSent } from '../headers.ts'
import { HttpProblem } from '../http-problem.ts'

/**
 * The bearer token of a request (RFC 6750 §2.1, the only place we look). Two Authorization headers are
 * refused rather than chosen from: proxies and servers disagree on which of them counts.
 */
export const bearerToken = (message: IncomingMessage): string => {
  const { authorization } = message.headers
  if (authorization === undefined) throw new HttpProblem('token_missing')
  const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? []
  if (token === undefined || timesSent(message, 'authorization') > 1)
    throw new Fault('token_malformed')
  return token
}
