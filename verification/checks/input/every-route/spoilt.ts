import type { CheckContext } from '../../../engine/check-context.ts'
import {
  type Exchange,
  type HttpRequest,
  isAnswered,
  membersOf,
} from '../../../engine/http/exchange.ts'
import { type Cell, cellsOf, type Dimension, type Route } from '../../../engine/matrix.ts'
import { inTurn } from '../../pages.ts'
import { sendRefused } from '../expectations.ts'

/** For each name of a route the values that must be refused. */
export interface Spoilt {
  route: Route
  values: ReadonlyMap<string, readonly unknown[]>
  /** the request with these values in their places and everything else as it should be */
  request(values: Readonly<Record<string, unknown>>): HttpRequest
  /** what the answer settles when these names are sent so */
  covers(names: readonly string[]): Cell[]
}

/** One value, with the answer that shows whether it was refused. */
export interface Refusal {
  route: Route
  name: string
  value: unknown
  exchange: Exchange
  /** all that was spoilt in that request */
  names: readonly string[]
}

const VALUE = 'that is none'

export const spoiltCells = (dimension: Dimension, route: Route, names: Iterable<string>): Cell[] =>
  [...names].flatMap((name) => cellsOf(dimension, [route], [`${name} ${VALUE}`]))

/**
 * Sends the first value of each name at once, then the second of each, and so on: whoever reads one of them leniently
 * does not name it. A server may name one at a time (the contract does not say), so what was not named is sent again
 * alone, and so are those of the first request that gets another answer altogether.
 */
export const refuseEach = async (
  context: CheckContext,
  { route, values, request, covers }: Spoilt,
): Promise<Refusal[]> => {
  let isApart = false
  const refuse = async (
    sent: Readonly<Record<string, unknown>>,
    turn: number,
  ): Promise<Refusal[]> => {
    const names = Object.keys(sent)
    const asked = inTurn(context, { ...request(sent), covers: covers(names) }, route, 422, turn)
    const exchange = await sendRefused(context, asked)
    return names.map((name) => ({ route, name, value: sent[name], exchange, names }))
  }
  const alone = async ({ name, value }: Refusal) =>
    (await refuse({ [name]: value }, 1))[0] as Refusal
  const round = async (turn: number): Promise<Refusal[]> => {
    const sent = [...values].flatMap(([name, all]) =>
      turn < all.length ? [[name, all[turn]]] : [],
    )
    const refusals = await refuse(Object.fromEntries(sent), turn)
    const [{ exchange, names } = { exchange: undefined, names: [] }] = refusals
    if (!exchange || !isAnswered(exchange) || names.length === 1) return refusals
    const isRefused = exchange.response?.status === 422
    if (!isRefused && isApart) return refusals
    isApart ||= !isRefused
    const named = isRefused ? fieldsIn(exchange) : []
    return Promise.all(refusals.map((it) => (named.includes(it.name) ? it : alone(it))))
  }
  const rounds = Math.max(...[...values.values()].map((all) => all.length))
  return (await Promise.all(Array.from({ length: rounds }, (_, turn) => round(turn)))).flat()
}

/** Expects each to be refused by its name, and nothing else to be named. */
export const expectRefusals = (context: CheckContext, refusals: readonly Refusal[]): void => {
  const exchanges = new Set(refusals.map(({ exchange }) => exchange))
  for (const exchange of exchanges) {
    if (!context.expectProblem(exchange, 'validation_failed')) continue
    const here = refusals.filter((it) => it.exchange === exchange)
    const { names } = here[0] as Refusal
    const named = fieldsIn(exchange)
    const missing = here.map(({ name }) => name).filter((name) => !named.includes(name))
    const expected = `errors that name ${names.join(', ')} and nothing else`
    context.expect(missing.length === 0, exchange, expected, `not named: ${missing.join(', ')}`)
    const strangers = named.filter((name) => !names.includes(name))
    context.expect(strangers.length === 0, exchange, expected, 'they name something else')
  }
}

/** The names that a refusal gives for what is wrong. */
const fieldsIn = (exchange: Exchange): string[] => {
  const { errors } = membersOf<{ errors: unknown }>(exchange)
  return (Array.isArray(errors) ? errors : []).flatMap((error) =>
    typeof error?.field === 'string' ? [error.field] : [],
  )
}
