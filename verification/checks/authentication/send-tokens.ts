import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import {
  type CheckContext,
  Inapplicable,
  TASKS,
  type TaskJson,
} from '../../engine/check-context.ts'
import { type Exchange, headerOf, membersOf } from '../../engine/http/exchange.ts'
import { Unsent } from '../../engine/http/transport.ts'
import { claimsIn } from '../../engine/users.ts'
import type { Vector } from '../../tokens/vector-pack.ts'
import { fixture, forgeriesIn, sessionOf } from './session.ts'
import { expect401 } from './unauthorized.ts'

/** Longer headers than this some parser or proxy will not have. */
const MODEST_BYTES = 4_000
/** An answer later than this means that the token made the target work. */
const SLOW_MS = 8_000
/** Clocks further apart than this say nothing about a leeway of 30 s. */
const SKEW_MAX_MS = 5_000

const sendToken = (context: CheckContext, path: string, authorization: string): Promise<Exchange> =>
  context.send({ path, authorization, parserMayRefuse: authorization.length > MODEST_BYTES })

/** Sends the forged tokens of a check to the list and to a task in turn; none may be taken. */
export const refuseForged = async (context: CheckContext, id: string): Promise<void> => {
  const { a } = await fixture(context)
  const forged = (await forgeriesIn(context)).filter((it) => it.check === id)
  await Promise.all(
    forged.map(async ({ name, authorization, codes }, index) => {
      const exchange = await sendToken(context, routeOf(a, index), authorization)
      const fits = expect401(context, exchange, `a token ${name}`, ...codes)
      if (fits && codes.includes('token_invalid')) sessionOf(context).forged.push(exchange)
      if (fits) context.expectWithin(exchange, SLOW_MS, `a token ${name} costs no time`)
    }),
  )
}

const routeOf = (a: TaskJson, index: number) => (index % 2 === 0 ? TASKS : `${TASKS}/${a.id}`)

/** Sends the ill-made tokens of a check, each to be answered as it says. `absent`: why there may be none. */
export const tryVectors = async (
  context: CheckContext,
  id: string,
  absent?: string,
): Promise<void> => {
  const { a } = await fixture(context)
  const vectors = vectorsFor(context, id)
  if (vectors.length === 0) {
    if (absent) throw new Inapplicable(absent)
    throw new Unsent('no token in VECTORS serves for it: make them again right before the run')
  }
  await Promise.all(vectors.map((vector, index) => tryVector(context, a, vector, index)))
}

const vectorsFor = (context: CheckContext, id: string): readonly Vector[] => {
  const { users, vectors = [] } = context.settings.vectors ?? {}
  const now = Date.now() / 1000
  if (Number(claimsIn(users?.a ?? '').exp) < now)
    throw new Unsent('the tokens in VECTORS have expired: make them again')
  return vectors.filter(
    ({ check, during: [from, until] = [0, Infinity] }) =>
      check === id && from <= now && now < until,
  )
}

const tryVector = async (context: CheckContext, a: TaskJson, vector: Vector, index: number) => {
  const { name, token, expect, codes } = vector
  const strict = expect === 'refused'
  const path = strict ? routeOf(a, index) : TASKS
  const exchange = await sendToken(context, path, `Bearer ${token}`)
  const refusals = (codes as ProblemCode[] | undefined) ?? ['token_invalid', 'token_malformed']
  const refused = exchange.response?.status === 401
  if (strict || (refused && expect === 'either'))
    return expect401(context, exchange, `a token ${name}`, ...refusals)
  if (vector.during && refused)
    context.control(skew(exchange) < SKEW_MAX_MS, exchange, 'the clocks agree')
  if (!context.expect(exchange.response?.status === 200, exchange, `a token ${name} is taken`))
    return
  if (expect !== 'accepted')
    context.expect(
      isEmptyPage(exchange),
      exchange,
      `a token ${name} owns nothing`,
      'it is shown tasks',
    )
}

/** How far the clock of the target is from ours, to a second or so. */
const skew = ({ response }: Exchange): number => {
  const date = Date.parse(headerOf(response, 'date') ?? '')
  return Number.isNaN(date) ? 0 : Math.abs(Date.now() - date)
}

const isEmptyPage = (exchange: Exchange): boolean => {
  const { tasks, total } = membersOf<{ tasks: unknown; total: unknown }>(exchange)
  return Array.isArray(tasks) && tasks.length === 0 && total === 0
}
