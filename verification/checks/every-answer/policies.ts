import type { PassiveCheck, Traffic } from '../../engine/check.ts'
import { NotInProduction } from '../../engine/check-context.ts'
import { type Exchange, headerOf, membersOf, policyOf } from '../../engine/http/exchange.ts'
import { accessWords, allowedOriginOf, grantFlaw } from '../cors/grants.ts'
import { statusCells } from '../provocations.ts'
import { everyApplicationExchange } from './every-exchange.ts'

const YEAR_S = 31_536_000
const common = { severity: 'medium', requirements: ['FR-004'], record: 'ADR-0016' } as const

/** The directives of a policy in their order of spelling, which means nothing. */
const directivesOf = (policy = ''): string =>
  policy
    .split(';')
    .map((directive) => directive.trim().replaceAll(/\s+/g, ' '))
    .filter((directive) => directive !== '')
    .sort()
    .join('; ')

const CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** The page of the documentation sets its own. */
const isPage = ({ response }: Exchange): boolean =>
  response?.status === 200 && /^text\/html/i.test(headerOf(response, 'content-type') ?? '')

/** Only a service in production knows that TLS is in front of it. */
const isProduction = ({ transport }: Traffic): boolean => {
  const names = transport.exchanges
    .filter(({ request }) => request.path === '/health')
    .map((exchange) => membersOf<{ environment: unknown }>(exchange).environment)
    .filter((name) => typeof name === 'string')
  if (names.length > 0 && !names.includes('production')) throw new NotInProduction(names[0])
  return names.length > 0
}

const transportFlaw = ({ response }: Exchange): string | undefined => {
  const value = policyOf(response, 'strict-transport-security') ?? ''
  const seconds = Number(/(?:^|;)\s*max-age\s*=\s*"?(\d+)/i.exec(value)?.[1] ?? -1)
  const holds = seconds >= YEAR_S && /(?:^|;)\s*includesubdomains\s*(?:;|$)/i.test(value)
  return holds ? undefined : `Strict-Transport-Security: ${value || 'missing'}`
}

const originFlaw = (exchange: Exchange, { settings }: Traffic): string | undefined => {
  const origin = allowedOriginOf(exchange, settings.origins)
  return origin === undefined ? accessWords(exchange.response)[0] : grantFlaw(exchange, origin)
}

/** The policies for browsers that every answer carries, to the letter, whatever its status, path or method. */
export const policies: readonly PassiveCheck[] = [
  everyApplicationExchange({
    ...common,
    id: 'G-13',
    promise: 'lets no answer be a page that loads, runs or is framed',
    fix: 'send the Content-Security-Policy of the contract on every answer, errors and empty ones too',
    expected: `Content-Security-Policy: ${CONTENT_POLICY}`,
    flaw: (exchange) => {
      const seen = policyOf(exchange.response, 'content-security-policy')
      const holds = directivesOf(seen) === directivesOf(CONTENT_POLICY)
      return holds || isPage(exchange) ? undefined : (seen ?? 'it is missing')
    },
  }),
  everyApplicationExchange({
    ...common,
    id: 'G-14',
    promise: 'keeps its addresses from other sites',
    severity: 'low',
    fix: 'send Referrer-Policy: no-referrer on every answer',
    expected: 'Referrer-Policy: no-referrer',
    flaw: ({ response }) => {
      const seen = policyOf(response, 'referrer-policy')
      return seen?.trim().toLowerCase() === 'no-referrer' ? undefined : (seen ?? 'it is missing')
    },
  }),
  everyApplicationExchange({
    ...common,
    id: 'G-15',
    promise: 'in production, tells browsers with every answer to come over TLS only',
    severity: 'high',
    fix: 'send Strict-Transport-Security on every answer, errors too, for a year and all subdomains',
    expected: `Strict-Transport-Security with max-age ${YEAR_S} or more and includeSubDomains`,
    flaw: (exchange, traffic) => (isProduction(traffic) ? transportFlaw(exchange) : undefined),
  }),
  everyApplicationExchange({
    ...common,
    id: 'G-16',
    promise: 'tells allowed origins with every answer that they may read it, and nobody else',
    severity: 'high',
    requirements: ['FR-004', 'SC-003'],
    record: 'ADR-0012',
    fix: 'set the headers of CORS in one place, before anything can fail, by the Origin of the request alone',
    expected:
      'origin, credentials and exposed headers for an allowed Origin, no Access-Control-* else',
    cells: statusCells,
    flaw: originFlaw,
  }),
]
