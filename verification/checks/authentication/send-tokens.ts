import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import { type CheckContext, Inapplicable, TASKS } from '../../engine/check-context.ts'
import { type Exchange, headerOf, membersOf, problemIn } from '../../engine/http/exchange.ts'
import { Unsent } from '../../engine/http/transport.ts'
import { type Cell, ownerRoutes } from '../../engine/matrix.ts'
import { claimsIn } from '../../engine/users.ts'
import type { Vector } from '../../tokens/vector-pack.ts'
import { everywhere, refuseInTurn } from './refuse-all.ts'
import { forgeriesIn, sessionOf } from './session.ts'
import { expect401 } from './unauthorized.ts'

/** Clocks further apart than this say nothing about a leeway of 30 s. */
const SKEW_MAX_MS = 5_000

/** Sends the forged tokens of a check; none may be taken. */
export const refuseForged = async (
  context: CheckContext,
  id: string,
  cells: readonly Cell[],
): Promise<void> => {
  const forged = (await forgeriesIn(context)).filter((it) => it.check === id)
  const attempts = forged.map(({ name, authorization, codes }) => ({
    what: `a token ${name}`,
    authorization,
    codes,
  }))
  const refusals = await refuseInTurn(context, cells, attempts)
  const invalid = refusals.filter((exchange) => problemIn(exchange).code === 'token_invalid')
  sessionOf(context).forged.push(...invalid)
}

/**
 * Sends the ill-made tokens of a check, each to be answered as it says: those to be refused where its cells
 * are, the others to the list. `absent`: why there may be none.
 */
export const tryVectors = async (
  context: CheckContext,
  id: string,
  cells: readonly Cell[],
  absent?: string,
): Promise<void> => {
  const vectors = vectorsFor(context, id)
  if (vectors.length === 0) {
    if (absent) throw new Inapplicable(absent)
    throw new Unsent('no token in VECTORS serves for it: make them again right before the run')
  }
  const attempts = vectors.filter(isStrict).map(({ name, token, codes, rare }) => ({
    what: `a token ${name}`,
    authorization: `Bearer ${token}`,
    codes: codesOf(codes),
    ...(rare && { rare }),
  }))
  await refuseInTurn(context, cells, attempts)
  const others = vectors.filter((vector) => !isStrict(vector))
  await Promise.all(others.map((vector) => tryVector(context, vector)))
}

/** Where a token that is taken shows whom it is taken for. */
export const listRoutes = ownerRoutes.filter(
  ({ id, method }) => id === 'listTasks' && method === 'GET',
)

const isStrict = ({ expect }: Vector): boolean => expect === 'refused'
const codesOf = (codes: Vector['codes']) =>
  (codes as ProblemCode[] | undefined) ?? ['token_invalid', 'token_malformed']

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

const tryVector = async (context: CheckContext, vector: Vector) => {
  const { check, name, token, expect, codes } = vector
  const covers = everywhere(check, listRoutes)
  const exchange = await context.send({ path: TASKS, authorization: `Bearer ${token}`, covers })
  const refused = exchange.response?.status === 401
  if (refused && expect === 'either')
    return expect401(context, exchange, `a token ${name}`, ...codesOf(codes))
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
