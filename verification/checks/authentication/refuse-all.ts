import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { type Cell, cellsOf, ownerRoutes, type Route } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { dealt, type Way } from '../dealt.ts'
import { statusCell } from '../provocations.ts'
import { neverIssued } from '../tasks.ts'
import type { Oddly } from './elsewhere/beside.ts'
import { askInForm, oddPlaces } from './in-form.ts'
import { fixture, sessionOf } from './session.ts'
import { expect401 } from './unauthorized.ts'

/** Longer headers than this some parser or proxy will not have. */
const MODEST_BYTES = 4_000
/** An answer later than this means that the token made the target work. */
const SLOW_MS = 8_000

/** One way to ask with credentials that are none. */
export interface Attempt
  extends Way,
    Pick<HttpRequest, 'authorization' | 'headers' | 'parserMayRefuse'> {
  /** what is wrong with them, as the beginning of "… is refused" */
  what: string
  codes: readonly ProblemCode[]
  /** in the address, behind the question mark */
  query?: string
  /** in place of the body that belongs there */
  form?: string
}

/** A rule of the token, known by its check, on every route that asks for one: it may be forgotten on any. */
export const everywhere = (id: string, over: readonly Route[] = ownerRoutes): readonly Cell[] =>
  cellsOf('token', over, [id])

/** The same, where of four rules two are asked by HEAD, one way each: what is forgotten there is forgotten for all of a kind. */
export const nearlyEverywhere = (id: string): readonly Cell[] => {
  const due = heads[numberOf(id) % (2 * heads.length)]
  return everywhere(id, [...telling, ...(due ? [due] : [])])
}

/** The number of a check, by which checks take turns. */
const numberOf = (id: string): number => Number(id.slice(2))

const heads = ownerRoutes.filter(({ method }) => method === 'HEAD')
/** Where an answer says why: that of HEAD has no body. */
const telling = ownerRoutes.filter(({ method }) => method !== 'HEAD')

/**
 * A rule that lies deep in what verifies tokens, on one of the routes, which take turns. Whoever forgets it on one
 * operation forgets to verify there at all, which the other rules show.
 */
export const somewhere = (id: string): readonly Cell[] =>
  everywhere(id, telling.slice(numberOf(id) % telling.length).slice(0, 1))

/**
 * Breaks one rule of the token on each of these routes, with as few requests as there are routes: each other way, unless
 * it is rare, on one of the routes that are written and tried first, where nobody forgets a rule that holds elsewhere, and
 * the plainest, which comes first, on all that are left. The requests are right in everything else, and the task is the
 * caller's own: whoever lets them in does something. Resolves with the refusals that are as they should be.
 */
export const refuseInTurn = (
  context: CheckContext,
  cells: readonly Cell[],
  [plain, ...others]: readonly Attempt[],
): Promise<Exchange[]> => {
  const known = cells.toSorted((one, other) => familiarity(one) - familiarity(other))
  const places = Math.min(others.length, cells.length - 1)
  const due = dealt(others, places, context.settings.seed)
  // In their order: what is least like a good token comes first, and so to the familiar ones.
  const odd = others.filter((way) => due.includes(way))
  const rest = odd.length < known.length ? known.slice(odd.length) : known.slice(0, 1)
  return refusePairs(context, [
    ...odd.map((attempt, turn): Pair => [known[turn % known.length] as Cell, attempt]),
    ...(plain ? rest.map((cell): Pair => [cell, plain]) : []),
  ])
}

/** Where everybody begins: at what lists, makes and shows tasks. */
const familiar: readonly Route[] = telling.filter(({ method }) => ['GET', 'POST'].includes(method))
const familiarity = ({ route }: Cell): number =>
  familiar.includes(route) ? familiar.indexOf(route) : familiar.length

type Pair = readonly [cell: Cell, attempt: Attempt]

const refusePairs = async (context: CheckContext, pairs: readonly Pair[]): Promise<Exchange[]> => {
  const turn = numberOf(pairs[0]?.[0].value ?? '') + context.settings.seed
  const odd = oddPlaces(
    pairs.map(([{ route }]) => route),
    turn,
  )
  const sent = pairs.map((pair, place) => refuse(context, pair, place, odd.get(place)))
  return (await Promise.all(sent)).filter((exchange) => exchange !== undefined)
}

const refuse = async (
  context: CheckContext,
  [cell, attempt]: Pair,
  turn: number,
  odd: Oddly | undefined,
) => {
  const { what, codes } = attempt
  const id = context.settings.users ? (await fixture(context)).a.id : neverIssued()
  const place = turn + numberOf(cell.value)
  const isShaped = !isPlain(context, cell, attempt)
  const exchange = await askInForm(context, {
    ...{ route: cell.route, place, isShaped, odd },
    request: {
      ...requestOf(context, cell, attempt, id),
      covers: isShaped ? [cell, statusCell(cell.route, 401)] : [cell],
    },
  })
  if (!expect401(context, exchange, `${what} on ${cell.route.name}`, ...codes)) return undefined
  context.expectWithin(exchange, SLOW_MS, `${what} costs no time`)
  return exchange
}

/**
 * A rule is looked for in all shapes at once, since one that holds so is forgotten in none of them, and on one of the
 * routes that have the fewest in the plain request. A form is a shape of its own, and long headers are long enough.
 */
const isPlain = (
  { settings: { seed } }: CheckContext,
  { route, value }: Cell,
  { form, authorization = '' }: Attempt,
): boolean =>
  form !== undefined ||
  authorization.length > MODEST_BYTES ||
  route === barest[(numberOf(value) + seed) % barest.length]

const barest = telling.filter(({ operation }) => !operation.body && !operation.query)

const requestOf = (
  context: CheckContext,
  { route }: Cell,
  { what: _, codes: __, rare: ___, query, form, ...attempt }: Attempt,
  id: string,
): HttpRequest => {
  const { path, json, ...request } = validRequest(context, route, id)
  if (json) sessionOf(context).refusedTitles.push(json.title)
  return {
    ...request,
    path: query === undefined ? path : `${path}?${query}`,
    ...(form === undefined ? json && { json } : { body: form }),
    parserMayRefuse: (attempt.authorization ?? '').length > MODEST_BYTES,
    ...attempt,
  }
}
