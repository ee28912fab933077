import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import {
  type Exchange,
  headerOf,
  mediaTypeOf,
  membersOf,
  problemIn,
} from '../../engine/http/exchange.ts'
import { contentOf } from '../alike.ts'
import { sessionOf } from './session.ts'

/** What an HTTP parser may say to a header that is too long or too odd, before anybody reads a token. */
const parserStatuses = [400, 408, 413, 414, 431]

/**
 * The one refusal that there is for credentials: 401, problem details, a code of those given. Its challenge is
 * judged once, by A-82: one missing header is one fault, not sixty.
 */
export const expect401 = (
  context: CheckContext,
  exchange: Exchange,
  what: string,
  ...codes: readonly ProblemCode[]
): boolean => {
  const { response, edge, request, method } = exchange
  if (response && !edge && request.parserMayRefuse && parserStatuses.includes(response.status))
    return true
  if (response?.status === 401 && !edge) sessionOf(context).refused.push(exchange)
  const { code } = problemIn(exchange)
  const typed = mediaTypeOf(response).type === 'application/problem+json'
  const fits =
    response?.status === 401 && (method === 'HEAD' || (typed && codes.some((it) => it === code)))
  // The beginning of every token: a detail holds nothing that the caller sent.
  const isQuoted = membersOf<{ detail: unknown }>(exchange).detail?.toString().includes('eyJ')
  if (isQuoted) context.expect(false, exchange, 'a detail without the token', 'it quotes the token')
  return context.expect(fits, exchange, `${what} is refused: 401 ${codes.join(' or ')}`)
}

/** What must be the same in two refusals that are to tell nothing apart. */
export const comparable = ({ response }: Exchange): unknown => {
  const told = ['www-authenticate', 'retry-after', 'cache-control']
  const headers = told.map((name) => headerOf(response, name))
  return [response?.status, mediaTypeOf(response), response && contentOf(response), ...headers]
}
