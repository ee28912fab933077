import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { type Cell, ownerRoutes } from '../../engine/matrix.ts'
import type { User } from '../../engine/users.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { askShaped, inAllShapes, type Shaped } from '../ask-shaped.ts'
import { oncePerRun } from '../once-per-run.ts'
import { statusCell } from '../provocations.ts'
import { type Shape, withQuery } from '../shapes.ts'
import { neverIssued } from '../tasks.ts'
import { everywhere, somewhere } from './refuse-all.ts'
import { fixture } from './session.ts'

/** For each kind of place: some parser or proxy will have no head of more than 8 KB (414, 431). */
const MODEST_BYTES = 2_200
/** Of these there is one in a kind, and no room for several kinds. */
export const isLong = ({ token }: User): boolean => token.length > 2_000

/** As many of these places as there is room for, the first in any case: tokens of people may be long. */
const asRoomIs = <T>(places: readonly T[], { token }: User): readonly T[] =>
  places.slice(0, Math.max(1, Math.floor(MODEST_BYTES / (token.length + 20))))

export const inQuery = (user: User): string =>
  asRoomIs(['access_token', 'token', 'jwt', 'auth', 'key'], user)
    .map((name) => `${name}=${user.token}`)
    .join('&')

export const inCookies = (user: User): [string, string] => {
  const session = 'better-auth.session_token'
  const names = ['token', 'access_token', 'jwt', 'session', session, `__Secure-${session}`]
  const cookies = asRoomIs(names, user).map((name) => `${name}=${user.token}`)
  return ['Cookie', cookies.join('; ')]
}

export const inHeaders = (user: User): [string, string][] => {
  const bearer = `Bearer ${user.token}`
  const all: [string, string][] = [
    ['X-Access-Token', user.token],
    ['X-Forwarded-Authorization', bearer],
    ['Proxy-Authorization', bearer],
    ['X-Authorization', bearer],
    ['X-Auth-Token', user.token],
    ['X-Api-Key', user.token],
  ]
  return [...asRoomIs(all, user)]
}

/** All at once, since none hides another: whoever takes one of them lets the request in. Without users it is plain. */
const misplaced: Shape = {
  name: 'a good token in the query, in cookies and in other headers',
  suits: () => true,
  of: (request, { settings: { users } }) => {
    if (!users) return request
    const { headers: others = [] } = request
    if (isLong(users.a)) return { ...request, headers: [...others, ...inHeaders(users.a)] }
    // Of two lines of cookies some servers read one.
    const kept = others.filter(([name]) => name !== 'Cookie')
    const headers = [...kept, ...inHeaders(users.a), inCookies(users.a)]
    return { ...withQuery(request, inQuery(users.a)), headers }
  },
}

export const withoutToken = everywhere('A-01')
const shaped = inAllShapes(ownerRoutes, [misplaced])
const cellsOf = ({ route, names }: Shaped): Cell[] =>
  names.map((name) => ({ route, dimension: 'token', value: `no token, ${name}` }))
const plainly = ({ route }: Shaped): Cell[] => withoutToken.filter((cell) => cell.route === route)
/** In all shapes at once a page asks. */
const toldPages = ({ route, names }: Shaped): Cell[] =>
  names.length > 1 ? [statusCell(route, 401)] : []
/** What is settled besides where a good token in any wrong place is refused. */
const others = ({ route, names }: Shaped): Cell[] =>
  names.includes(misplaced.name)
    ? ['A-06', 'A-08', 'A-09'].flatMap(somewhere).filter((cell) => cell.route === route)
    : []
export const isPlain = ({ names }: Shaped): boolean => names.length === 0
export const isMisplaced = ({ names }: Shaped): boolean => names.join() === misplaced.name

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
const isOfMisplaced = ({ value }: Cell): boolean => value.endsWith(misplaced.name)
export const misplacedCells = all.filter(isOfMisplaced)
export const shapedCells = all.filter((cell) => !isOfMisplaced(cell))

/** Whether a good token was refused wherever it does not belong, on every route: then in each such place. */
export const isMisplacedRefused = async (context: CheckContext): Promise<boolean> =>
  !isLong((await fixture(context)).users.a) &&
  (await askedWithout(context)).every(({ exchange }) => exchange.response?.status === 401)
