import type { Exchange } from '../engine/http/exchange.ts'
import type { Route } from '../engine/matrix.ts'
import { type Shape, shapes } from './shapes.ts'

/** RFC 9110 §15.5.22, §15.6.6 for an old version, which some hang up on; any of the others for a body. */
const REFUSALS: readonly (number | undefined)[] = [400, 413, 415, 422, 426, 505, undefined]

/** A route in one of the shapes that suit it, or in several at once. */
export interface Shaped extends Pick<Shape, 'of'> {
  route: Route
  /** of the shapes, each by itself a cell of the matrix; none is the plain request */
  names: readonly string[]
  shapes: readonly Shape[]
}

const inShapes = (route: Route, chosen: readonly Shape[]): Shaped => ({
  route,
  names: chosen.map(({ name }) => name),
  shapes: chosen,
  of: (request, context, etag) =>
    chosen.reduce((whole, shape) => shape.of(whole, context, etag), request),
})

/**
 * Each route in all the shapes that suit it at once, since a rule that holds so is forgotten in none of them; but for
 * those that somebody may answer from what is kept for just this path. `more` are shapes of one check.
 */
export const inAllShapes = (
  over: readonly Route[],
  more: readonly Shape[] = [],
): readonly Shaped[] =>
  over.flatMap((route) => {
    const suiting = [...shapes, ...more].filter((shape) => shape.suits(route))
    const together = suiting.filter(({ alone }) => !alone)
    const apart = suiting.filter(({ alone }) => alone)
    return [inShapes(route, together), ...apart.map((shape) => inShapes(route, [shape]))]
  })

/** One route in every shape that no server may refuse, but for some, those included that are otherwise sent apart. */
export const inEveryShape = (
  route: Route,
  but: (shape: Shape) => boolean = () => false,
  more: readonly Shape[] = [],
): Shaped =>
  inShapes(
    route,
    [...shapes, ...more].filter((it) => it.suits(route) && !it.refusable && !but(it)),
  )

/** What was sent in some shapes, with its answer. */
export interface Asked {
  shaped: Shaped
  exchange: Exchange
}

/**
 * Sends it, and where the answer is not right plainly and in each of its shapes alone, so that the report names what
 * matters. Resolves with what is to be judged.
 */
export const askShaped = async (
  shaped: Shaped,
  send: (shaped: Shaped) => Promise<Exchange>,
  isRight: (exchange: Exchange) => boolean,
): Promise<readonly Asked[]> => {
  const whole = { shaped, exchange: await send(shaped) }
  const { route } = shaped
  if (isRight(whole.exchange)) return [whole]
  const demanded = shaped.shapes.filter(({ refusable }) => !refusable)
  if (demanded.length < shaped.shapes.length && REFUSALS.includes(whole.exchange.response?.status))
    return askShaped(inShapes(route, demanded), send, isRight)
  if (shaped.shapes.length === 1) return [whole]
  const apart = await Promise.all(
    [[], ...shaped.shapes.map((shape) => [shape])].map(async (chosen) => {
      const alone = inShapes(route, chosen)
      return { shaped: alone, exchange: await send(alone) }
    }),
  )
  const wrong = apart.filter(({ exchange }) => !isRight(exchange))
  return wrong.length > 0 ? wrong : [whole]
}
