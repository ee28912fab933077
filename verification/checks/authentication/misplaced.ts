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

export const inQuery = ({ token }: User): string =>
  ['access_token', 'token', 'jwt', 'auth', 'key'].map((name) => `${name}=${token}`).join('&')

export const inCookies = ({ token }: User): [string, string] => {
  const session = 'better-auth.session_token'
  const names = ['token', 'access_token', 'jwt', 'session', session, `__Secure-${session}`]
  return ['Cookie', names.map((name) => `${name}=${token}`).join('; ')]
}

export const inHeaders = ({ token }: User): [string, string][] => [
  ...['Proxy-Authorization', 'X-Authorization', 'X-Forwarded-Authorization'].map(
    (name): [string, string] => [name, `Bearer ${token}`],
  ),
  ...['X-Access-Token', 'X-Auth-Token', 'X-Api-Key'].map((name): [string, string] => [name, token]),
]

/** All at once, since none hides another: whoever takes one of them lets the request in. Without users it is plain. */
const misplaced: Shape = {
  name: 'a good token in the query, in cookies and in other headers',
  suits: () => true,
  of: (request, { settings: { users } }) =>
    users
      ? {
          ...withQuery(request, inQuery(users.a)),
          headers: [...(request.headers ?? []), inCookies(users.a), ...inHeaders(users.a)],
        }
      : request,
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
    const token = context.settings.users?.a.token
    // With values that nobody takes: there is no owner by whom it could be cleared up.
    const values = { title: 0, completed: 0, access_token: token, token }
    const harmless = { ...request, ...(json && { json: values }) }
    return context.send({
      ...it.of(harmless, context, '"none"'),
      covers: [...cellsOf(it), ...plainly(it), ...others(it), ...toldPages(it)],
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
  (await askedWithout(context)).every(({ exchange }) => exchange.response?.status === 401)
