import type { CheckContext } from '../../../engine/check-context.ts'
import { type Exchange, type HttpRequest, membersOf } from '../../../engine/http/exchange.ts'
import { type Cell, cellsOf, type Dimension, type Route } from '../../../engine/matrix.ts'
import { expectRefused } from '../expectations.ts'

/** For each name the values that must be refused. */
export interface Spoilt {
  values: ReadonlyMap<string, readonly unknown[]>
  /** the request with these values in their places and everything else as it should be */
  request(values: Readonly<Record<string, unknown>>): HttpRequest
  /** what the answer settles when these names are sent so */
  covers(names: readonly string[]): Cell[]
}

const VALUE = 'that is none'

export const spoiltCells = (dimension: Dimension, route: Route, names: Iterable<string>): Cell[] =>
  [...names].flatMap((name) => cellsOf(dimension, [route], [`${name} ${VALUE}`]))

/**
 * Sends the first value of each name at once, then the second of each, and so on: whoever reads one of them leniently
 * does not name it. A server may name one at a time (the contract does not say), so what was not named is
 * sent again alone.
 */
export const expectEachRefused = async (
  context: CheckContext,
  { values, request, covers }: Spoilt,
): Promise<void> => {
  const rounds = Math.max(...[...values.values()].map((all) => all.length))
  const refused = async (sent: Readonly<Record<string, unknown>>) => {
    const asked = { ...request(sent), covers: covers(Object.keys(sent)) }
    const exchange = await expectRefused(context, asked, 'validation_failed')
    return { exchange, named: fieldsIn(exchange) }
  }
  const round = async (turn: number) => {
    const sent = Object.fromEntries(
      [...values].flatMap(([name, all]) => (turn < all.length ? [[name, all[turn]]] : [])),
    )
    const names = Object.keys(sent)
    const { exchange, named } = await refused(sent)
    if (exchange.response?.status !== 422) return
    const strangers = named.filter((name) => !names.includes(name))
    const expected = `errors that name nothing but ${names.join(', ')}`
    context.expect(strangers.length === 0, exchange, expected, 'they name something else')
    if (names.length === 1) return expectNamed(context, exchange, names)
    const unnamed = names.filter((name) => !named.includes(name))
    for (const name of unnamed) {
      const alone = await refused({ [name]: sent[name] })
      if (alone.exchange.response?.status === 422) expectNamed(context, alone.exchange, [name])
    }
  }
  await Promise.all(Array.from({ length: rounds }, (_, turn) => round(turn)))
}

const expectNamed = (context: CheckContext, exchange: Exchange, names: readonly string[]) => {
  const named = fieldsIn(exchange)
  const missing = names.filter((name) => !named.includes(name))
  const observed = `not named: ${missing.join(', ')}`
  context.expect(missing.length === 0, exchange, `errors that name ${names.join(', ')}`, observed)
}

/** The names that a refusal gives for what is wrong. */
const fieldsIn = (exchange: Exchange): string[] => {
  const { errors } = membersOf<{ errors: unknown }>(exchange)
  return (Array.isArray(errors) ? errors : []).flatMap((error) =>
    typeof error?.field === 'string' ? [error.field] : [],
  )
}
