import type { OperationId } from '../../../../adapters/http/contract/contract.ts'
import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { type Cell, ownerRoutes, type Route, taskRoutes } from '../../../engine/matrix.ts'
import { TOO_LONG, unkeyed, unkeyedCells } from '../keys/bad-keys.ts'

/** A precondition on a route, worded for the entity tag that its task has and those that it had before. */
export interface Condition {
  route: Route
  name: string
  header: 'If-Match' | 'If-None-Match'
  /** of several lines each by itself, which are one list (RFC 9110 §5.3) */
  value(etag: string, earlier: readonly string[]): string | readonly string[]
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

/** One of the values for each route in turn: whoever reads the header reads it in one place, mostly. */
const inTurn = (values: Readonly<Record<string, Condition['value']>>): Condition[] =>
  conditional.map((route, turn) => {
    const [name, value] = Object.entries(values).at(turn % Object.keys(values).length) ?? ['', text]
    return { route, name, header: 'If-Match', value }
  })

const text = (etag: string): string => etag.replaceAll(/^W\/|"/g, '')
const inOtherCase = (tag: string): string =>
  tag.replaceAll(/[a-z]/gi, (it) => (it < 'a' ? it.toLowerCase() : it.toUpperCase()))
const unless = (etag: string, tag: string): string => (tag === etag ? '"none"' : tag)

/**
 * RFC 9110 §13.1.1: compared strongly, whole and byte for byte. A weak tag of the present state is left to the server.
 */
export const unlike = inTurn({
  'its first tag': (_, [first = '"none"']) => first,
  'a star in quotes': () => '"*"',
  'the beginning of its tag, and more': (etag, earlier) =>
    [
      ...[unless(etag, `"${text(etag).slice(0, -1)}"`), `"${text(etag)}-gzip"`],
      ...['"none"', 'W/"other"', '""', ...earlier],
    ].join(', '),
  'its tag in other letters': (etag, earlier) =>
    [unless(etag, `"${inOtherCase(text(etag))}"`), ...earlier].join(', '),
})
export const malformed = inTurn({
  'no tag at all': () => '',
  'a star among tags': () => '"none", *',
  'its tag in single quotes': (etag) => `'${text(etag)}'`,
  'its tag without quotes': text,
})

const star = over(conditional, 'If-Match', { 'If-Match: *': () => '*' })
const among = inTurn({
  'its tag on the second line': (etag) => ['"none"', etag],
  'its tag on the first line': (etag) => [etag, '"none"'],
  'its tag among others': (etag) => `"none",${etag}`,
})
export const holding = conditional.flatMap((route) =>
  [...among, ...star].filter((it) => it.route === route),
)

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

/** The same on what names no task, as other checks send it. */
export const unheardBy = (id: OperationId, method: Route['method']): Rider =>
  unheardOn(ownerRoutes.find((it) => it.id === id && it.method === method) as Route)

/** Conditions that are all on one route. */
export const under = (
  conditions: readonly Condition[],
  etag: string,
  earlier: readonly string[] = [],
): Rider => ({
  headers: conditions.flatMap(({ header, value }) =>
    [value(etag, earlier)].flat().map((line) => [header, line] as const),
  ),
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
