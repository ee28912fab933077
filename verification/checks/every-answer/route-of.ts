import { pathPattern } from '../../../adapters/http/contract/path-pattern.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { type Route, routes } from '../../engine/matrix.ts'

/** The raw path of a request target, without its query. */
export const pathOf = (target: string): string => target.split('?')[0] ?? ''

/** The route that a request asks for, one trailing slash aside; undefined where the contract has none. */
export const routeOf = ({
  method,
  request,
}: Pick<Exchange, 'method' | 'request'>): Route | undefined => {
  const path = pathOf(request.path)
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path
  return routes.find(
    (route) => route.method === method && pathPattern(route.operation.path).test(plain),
  )
}

/** All values that a request has of a header. */
export const sentIn = ({ sentHeaders }: Exchange, name: string): string[] =>
  sentHeaders.filter(([it]) => it.toLowerCase() === name).map(([, value]) => value)
