import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import { type Exchange, type HttpRequest, problemIn } from '../../engine/http/exchange.ts'
import type { Route } from '../../engine/matrix.ts'
import { inEveryShape } from '../ask-shaped.ts'
import { A_SLASH, type Shape } from '../shapes.ts'
import { beside, bodiless, type Oddly, oddly } from './elsewhere/beside.ts'

/** A request that is to be refused for its token, and the place of it among those of its rule. */
interface Asked {
  route: Route
  request: HttpRequest
  place: number
  /** whether all that may stand beside it does */
  isShaped: boolean
  /** how else it is written than usual */
  odd: Oddly | undefined
}

/** From so many requests on a rule has room for every odd way of writing one in each run; below it, in some. */
const ROOM = 4

/** By their places, how the requests of a rule for these routes are written where not as usual: each way once. */
export const oddPlaces = (over: readonly Route[], turn: number): ReadonlyMap<number, Oddly> => {
  const places = new Map<number, Oddly>()
  for (const [index, way] of oddly.entries()) {
    const free = [...over.keys()].filter((it) => !places.has(it) && way.suits(over[it] as Route))
    const place = free[(turn + index) % Math.max(1, free.length)]
    const isDue = over.length >= ROOM || turn % ROOM === index
    if (place !== undefined && isDue) places.set(place, way)
  }
  return places
}

const isSmall = (place: number): boolean => place % 2 === 1

/** RFC 9110 §11.1: the scheme has no case. */
const spelt = ({ authorization, ...request }: HttpRequest, place: number): HttpRequest => {
  if (authorization === undefined) return request
  return isSmall(place)
    ? { ...request, authorization: authorization.replace(/^Bearer(?= )/, 'bearer') }
    : { ...request, authorization }
}

/** Of the ways to send no body one, or the body. */
const bodyOf = (route: Route, request: HttpRequest, place: number): Shape | undefined => {
  const ways = bodiless.filter((way) => way.suits(route))
  return request.json === undefined ? undefined : ways[place % (ways.length + 1)]
}

/** What only whoever was let in is told (contract §1, the order of refusal). */
const behind: readonly ProblemCode[] = [
  ...(['task_not_found', 'precondition_failed', 'validation_failed'] as const),
  ...(['idempotency_key_reused', 'idempotency_key_in_use'] as const),
]

/** Whether the form of a request was no reason for its answer. */
const isUnderstood = (exchange: Exchange): boolean => {
  const { status = 0, code } = problemIn(exchange)
  const isServed = status >= 200 && status < 300
  return !exchange.edge && (status === 401 || isServed || behind.some((it) => it === code))
}

/** Written in this way; where that is not understood, as usual. */
export const sendOddly = async (
  context: CheckContext,
  usual: HttpRequest,
  odd: Oddly | undefined,
): Promise<Exchange> => {
  if (odd === undefined || usual.parserMayRefuse) return context.send(usual)
  const exchange = await context.send({ ...odd.of(usual, context, '*'), parserMayRefuse: true })
  return isUnderstood(exchange) ? exchange : context.send(usual)
}

/** Sends it in the form that is due, by the seed: over a few runs every rule meets every form. */
export const askInForm = (
  context: CheckContext,
  { route, request, place, isShaped, odd }: Asked,
): Promise<Exchange> => {
  const turn = place + context.settings.seed
  const without = bodyOf(route, request, turn)
  // Every second one keeps to the path as it is, which a rule about the rest of the address may insist on.
  const isLeftOut = (shape: Shape): boolean =>
    (shape.name === A_SLASH && isSmall(place)) || (without !== undefined && shape.ofBody === true)
  const bare = without ? without.of(request, context, '*') : request
  const shape = inEveryShape(route, isLeftOut, beside)
  return sendOddly(context, spelt(isShaped ? shape.of(bare, context, '*') : bare, turn), odd)
}
