import { pathPattern } from '../../adapters/http/contract/path-pattern.ts'
import type { Exchange } from './http/exchange.ts'
import { routes } from './matrix.ts'

/** Whether the contract counts a request against no rate (§4): health, liveness, preflights and refused origins. */
export const isUncounted = (
  { request, method, sentHeaders }: Pick<Exchange, 'request' | 'method' | 'sentHeaders'>,
  origins: readonly string[] = [],
): boolean => {
  const sent = (name: string) => sentHeaders.find(([it]) => it.toLowerCase() === name)?.[1]
  const origin = sent('origin')
  const isRefused = origins.length > 0 && origin !== undefined && !origins.includes(origin)
  const isPreflight = method === 'OPTIONS' && sent('access-control-request-method') !== undefined
  const path = (request.path.split('?')[0] ?? '').replace(/(.)\/$/, '$1')
  const route = routes.find(
    (it) => it.method === method && pathPattern(it.operation.path).test(path),
  )
  return isRefused || isPreflight || route?.operation.unlimited === true
}
