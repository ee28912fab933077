import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import type { Check } from '../../engine/check.ts'
import { type CheckContext, problemIn } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/exchange.ts'
import { enrol, sessionOf } from './control.ts'

type Spec = Omit<Check, 'requirements' | 'record'> & { requirements?: readonly string[] }

/** A check of this group that looks back on the others. */
export const lastCheck = (spec: Spec): Check => ({
  requirements: ['US2'],
  record: 'ADR-0010',
  ...spec,
})

/** A check of this group. */
export const check = (spec: Spec): Check => ({
  ...lastCheck(spec),
  run: (context) => enrol(context, spec.run(context)),
})

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
  const { code } = problemIn(response)
  const typed = headerOf(response, 'content-type')?.startsWith('application/problem+json') === true
  const fits =
    response?.status === 401 && (method === 'HEAD' || (typed && codes.some((it) => it === code)))
  return context.expect(fits, exchange, `${what} is refused: 401 ${codes.join(' or ')}`)
}

/** What must be the same in two refusals that are to tell nothing apart. */
export const essence = ({ response }: Exchange): string => {
  const { request_id: _, ...problem } = (response?.json ?? {}) as Record<string, unknown>
  const told = ['content-type', 'www-authenticate', 'retry-after', 'cache-control']
  return JSON.stringify([response?.status, problem, told.map((name) => headerOf(response, name))])
}
