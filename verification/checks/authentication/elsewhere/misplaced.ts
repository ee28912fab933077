import type { CheckContext } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { type Cell, ownerRoutes } from '../../../engine/matrix.ts'
import { validRequest } from '../../../engine/valid-request.ts'
import { askShaped, inAllShapes, type Shaped } from '../../ask-shaped.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { statusCell } from '../../provocations.ts'
import { type Shape, withQuery } from '../../shapes.ts'
import { neverIssued } from '../../tasks.ts'
import { everywhere, somewhere } from '../refuse-all.ts'
import { fixture } from '../session.ts'
import { beside } from './beside.ts'
import { inCookies, inHeaders, inQuery, isLong } from './places.ts'

const MISPLACED = 'a good token in the query, in cookies and in other headers'

/**
 * In many places at once, since none hides another: whoever takes one of them lets the request in. On each operation in
 * others. Without users it is plain.
 */
const misplacedAt = (turn: number): Shape => ({
  name: MISPLACED,
  suits: () => true,
  of: (request, { settings: { users } }) => {
    if (!users) return request
    const { headers: others = [] } = request
    const inOthers = inHeaders(users.a, turn)
    if (isLong(users.a)) return { ...request, headers: [...others, ...inOthers] }
    // Of two lines of cookies some servers read one.
    const kept = others.filter(([name]) => name !== 'Cookie')
    const headers = [...kept, ...inOthers, inCookies(users.a, turn)]
    return { ...withQuery(request, inQuery(users.a, turn)), headers }
  },
})

export const withoutToken = everywhere('A-01')
const shaped = ownerRoutes.flatMap((route, turn) =>
  inAllShapes([route], [...beside, misplacedAt(turn)]),
)
const cellsOf = ({ route, names }: Shaped): Cell[] =>
  names.map((name) => ({ route, dimension: 'token', value: `no token, ${name}` }))
const plainly = ({ route }: Shaped): Cell[] => withoutToken.filter((cell) => cell.route === route)
/** In all shapes at once a page asks. */
const toldPages = ({ route, names }: Shaped): Cell[] =>
  names.length > 1 ? [statusCell(route, 401)] : []
/** What is settled besides where a good token in any wrong place is refused. */
const others = ({ route, names }: Shaped): Cell[] =>
  names.includes(MISPLACED)
    ? ['A-06', 'A-08', 'A-09'].flatMap(somewhere).filter((cell) => cell.route === route)
    : []
export const isPlain = ({ names }: Shaped): boolean => names.length === 0
export const isMisplaced = ({ names }: Shaped): boolean => names.join() === MISPLACED

/** No token where it belongs, on every route in all shapes at once, with tokens where none belongs. */
export const askedWithout = oncePerRun(async (context) => {
  const id = context.settings.users ? (await fixture(context)).a.id : neverIssued()
  const send = (it: Shaped) => {
    const { json, ...request } = validRequest(context, it.route, id)
    const { a } = context.settings.users ?? {}
    const token = a?.token
    // With values that nobody takes: there is no owner by whom it could be cleared up.
    const values = { title: 0, completed: 0, access_token: token, token }
    const harmless = { ...request, ...(json && { json: values }) }
    return context.send({
      ...it.of(harmless, context, '"none"'),
      covers: [
        ...[...cellsOf(it), ...plainly(it), ...toldPages(it)],
        ...(a && isLong(a) ? [] : others(it)),
      ],
    })
  }
  const isRight = ({ response }: Exchange) => response?.status === 401
  return (await Promise.all(shaped.map((it) => askShaped(it, send, isRight)))).flat()
})

const all = shaped.flatMap(cellsOf)
const isOfMisplaced = ({ value }: Cell): boolean => value.endsWith(MISPLACED)
export const misplacedCells = all.filter(isOfMisplaced)
export const shapedCells = all.filter((cell) => !isOfMisplaced(cell))

/** Whether a good token was refused wherever it does not belong, on every route: then in each such place. */
export const isMisplacedRefused = async (context: CheckContext): Promise<boolean> =>
  !isLong((await fixture(context)).users.a) &&
  (await askedWithout(context)).every(({ exchange }) => exchange.response?.status === 401)
