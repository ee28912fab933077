import type { PassiveCheck, Traffic } from '../../engine/check.ts'
import { type Exchange, headerOf, policyOf } from '../../engine/http/exchange.ts'
import { listed } from '../cors/grants.ts'
import { everyApplicationExchange, everyExchange } from './every-exchange.ts'

const cors = { requirements: ['FR-004'], record: 'ADR-0012' } as const
const missingUnless = (holds: boolean) => (holds ? undefined : 'it is missing')

const grantFlaw = ({ response, request }: Exchange, { settings }: Traffic): string | undefined => {
  const values = response?.headers.get('access-control-allow-origin')
  if (!values)
    return response?.headers.has('access-control-allow-credentials')
      ? 'credentials without an origin'
      : undefined
  const origin = request.headers?.find(([name]) => name.toLowerCase() === 'origin')?.[1]
  if (values.length !== 1 || !settings.origins.includes(values[0] ?? ''))
    return `Access-Control-Allow-Origin: ${values.join(' and ')}`
  return values[0] === origin
    ? undefined
    : 'an allowed origin is granted to a request that does not come from it'
}

const requestIdFlaw = ({ response, sentHeaders }: Exchange): string | undefined => {
  const told = sentHeaders.find(([name]) => name.toLowerCase() === 'x-request-id')?.[1]
  const id = headerOf(response, 'x-request-id')
  if (!id) return 'it is missing'
  if (!told || !/^[A-Za-z0-9._-]{1,64}$/.test(told)) return undefined
  if (id !== told) return 'a valid one was replaced'
  const { request_id = told } = Object(response?.json) as { request_id?: unknown }
  return request_id === told ? undefined : 'another one in the problem'
}

const cacheFlaw = ({ response }: Exchange): string | undefined => {
  const value = headerOf(response, 'cache-control') ?? ''
  if (!/\bno-store\b/i.test(value)) return 'no-store is missing'
  const [kept] =
    /\b(public|immutable|s-maxage|stale-[\w-]+)\b|\bmax-age="?0*[1-9]/i.exec(value) ?? []
  if (kept) return `${kept} beside it`
  return response?.headers.has('age') ? 'an Age' : undefined
}

/** The headers that every answer has, and those that none may have. */
export const headers: readonly PassiveCheck[] = [
  everyApplicationExchange({
    ...cors,
    id: 'G-04',
    promise: 'forbids content sniffing',
    severity: 'medium',
    fix: 'send X-Content-Type-Options: nosniff on every answer, errors too',
    expected: 'X-Content-Type-Options: nosniff',
    flaw: ({ response }) =>
      missingUnless(policyOf(response, 'x-content-type-options')?.toLowerCase() === 'nosniff'),
  }),
  everyExchange({
    ...cors,
    id: 'G-05',
    promise: 'grants an origin to nobody but itself',
    severity: 'critical',
    requirements: ['FR-004', 'SC-003'],
    fix: 'compare the whole Origin with an exact list',
    expected: 'Access-Control-Allow-Origin only for an allowed origin, and only to it',
    flaw: grantFlaw,
  }),
  everyExchange({
    id: 'G-08',
    promise: 'sets no cookie',
    severity: 'low',
    requirements: ['FR-004'],
    record: 'ADR-0010',
    fix: 'remove session middleware: the token is the session',
    expected: 'no cookie is ever set',
    flaw: ({ response }) => (response?.headers.has('set-cookie') ? 'Set-Cookie' : undefined),
  }),
  everyApplicationExchange({
    id: 'G-10',
    promise: 'names every request',
    severity: 'low',
    requirements: ['FR-007'],
    record: 'ADR-0016',
    fix: 'send X-Request-Id on every answer and keep a valid one that was sent',
    expected: 'X-Request-Id on every answer, the caller’s where it is valid',
    flaw: requestIdFlaw,
  }),
  everyApplicationExchange({
    ...cors,
    id: 'G-11',
    promise: 'tells caches that answers differ by origin',
    severity: 'medium',
    fix: 'send Vary: Origin on every answer, with and without an Origin',
    expected: 'Vary: Origin',
    flaw: ({ response }) => missingUnless(listed(headerOf(response, 'vary')).has('origin')),
  }),
  everyApplicationExchange({
    ...cors,
    id: 'G-12',
    promise: 'lets nothing be kept by caches',
    severity: 'medium',
    fix: 'send Cache-Control: no-store on every answer',
    expected: 'Cache-Control: no-store and no sign of a cache',
    flaw: cacheFlaw,
  }),
]
