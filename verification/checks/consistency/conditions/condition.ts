import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { type Cell, ownerRoutes, type Route, taskRoutes } from '../../../engine/matrix.ts'
import { TOO_LONG, unkeyed, unkeyedCells } from '../keys/bad-keys.ts'

/** A precondition on a route, worded for the entity tag that its task has. */
export interface Condition {
  route: Route
  name: string
  header: 'If-Match' | 'If-None-Match'
  value(etag: string): string
}

const over = (
  routes: readonly Route[],
  header: Condition['header'],
  values: Readonly<Record<string, Condition['value']>>,
) =>
  routes.flatMap((route) =>
    Object.entries(values).map(([name, value]): Condition => ({ route, name, header, value })),
  )

const takes = (header: Condition['header']) => (route: Route) =>
  route.operation.headers?.includes(header) === true
const writes = ({ method }: Route) => !['GET', 'HEAD'].includes(method)

export const conditional = taskRoutes.filter(takes('If-Match'))

/** RFC 9110 §13.1.1: compared strongly. A weak tag of the present state is left to the server. */
export const OTHER_TAGS = '"none", W/"other"'
export const unlike = over(conditional, 'If-Match', { 'other tags': () => OTHER_TAGS })
export const malformed = over(conditional, 'If-Match', {
  'its tag without quotes': (etag) => etag.replaceAll(/^W\/|"/g, ''),
})

export const holding = over(conditional, 'If-Match', {
  'its tag among others': (etag) => `"none",${etag}`,
  'If-Match: *': () => '*',
})

/** Conditions that fail, where the contract gives them no say. */
export const ignored = [
  ...over(
    ownerRoutes.filter((route) => !takes('If-Match')(route)),
    'If-Match',
    { 'If-Match that has no say': () => '"none"' },
  ),
  ...over(
    ownerRoutes.filter((route) => writes(route) && !takes('If-None-Match')(route)),
    'If-None-Match',
    { 'If-None-Match that has no say': () => '*' },
  ),
]

export const conditionCell = ({ route, name }: Condition): Cell => ({
  ...{ route, dimension: 'precondition' },
  value: name,
})

/** What a request bears, and which cells an answer to it settles. */
export type Rider = Required<Pick<HttpRequest, 'headers' | 'covers'>>

/** All conditions that have no say on a route, and where keys have none either one that is no key. */
export const unheardOn = (route: Route): Rider =>
  withBadKey(
    route,
    under(
      ignored.filter((it) => it.route === route),
      '',
    ),
  )

/** Conditions that are all on one route. */
export const under = (conditions: readonly Condition[], etag: string): Rider => ({
  headers: conditions.map(({ header, value }) => [header, value(etag)] as const),
  covers: conditions.map(conditionCell),
})

/** No key by the contract, for where keys have no say. */
export const withBadKey = (route: Route, { headers, covers }: Rider): Rider =>
  unkeyed.includes(route)
    ? {
        headers: [...headers, ['Idempotency-Key', TOO_LONG]],
        covers: [...covers, ...unkeyedCells.filter((cell) => cell.route === route)],
      }
    : { headers, covers }
