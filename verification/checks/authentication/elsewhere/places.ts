import type { User } from '../../../engine/users.ts'
import { turned } from '../../dealt.ts'

/** Where some service or other looks for a token, and where ours must not. */
const names = {
  query: [
    ...['access_token', 'token', 'jwt', 'auth', 'key'],
    ...['id_token', 'authorization', 'api_key', 'session_token'],
  ],
  cookies: [
    ...['token', 'access_token', 'jwt', 'session', 'better-auth.session_token'],
    ...['__Secure-better-auth.session_token', 'better-auth.session_data', 'auth_token'],
    ...['id_token', 'authorization', 'next-auth.session-token', '__Host-session'],
  ],
  headers: [
    'X-Access-Token',
    ...[
      'Proxy-Authorization',
      'X-Forwarded-Authorization',
      'X-Authorization',
      'X-Auth-Token',
      'X-Api-Key',
      'X-Session-Token',
      'X-Id-Token',
    ],
    // Of gateways, which put it there for services that trust them.
    ...['Cf-Access-Jwt-Assertion', 'X-Goog-IAP-JWT-Assertion', 'X-Amzn-Oidc-Data'],
    ...['X-JWT-Assertion', 'X-Forwarded-Access-Token', 'X-Original-Authorization', 'X-Auth'],
  ],
}

/** For each kind of place: some parser or proxy will have no head of more than 8 KB (414, 431). */
const MODEST_BYTES = 2_200
/** Of these there is one in a kind, and no room for several kinds. */
export const isLong = ({ token }: User): boolean => token.length > 2_000

/** As many at once as there is room for, one in any case: tokens of people may be long. */
const roomFor = ({ token }: User): number =>
  Math.max(1, Math.floor(MODEST_BYTES / (token.length + 20)))

/** The first of these places each time, where most look, and the others in turn, as many as there is room for besides. */
const inTurn = <T>([first, ...others]: readonly T[], user: User, turn: number): T[] => {
  const room = roomFor(user) - 1
  if (first === undefined || room === 0) return turned([...others], turn).slice(0, 1)
  return [first, ...turned(others, turn * room).slice(0, room)]
}

export const inQuery = (user: User, turn: number): string =>
  inTurn(names.query, user, turn)
    .map((name) => `${name}=${user.token}`)
    .join('&')

export const inCookies = (user: User, turn: number): [string, string] => {
  const cookies = inTurn(names.cookies, user, turn).map((name) => `${name}=${user.token}`)
  return ['Cookie', cookies.join('; ')]
}

export const inHeaders = (user: User, turn: number): [string, string][] => {
  const isOfBearers = (name: string) => /-Authorization$/.test(name)
  return inTurn(names.headers, user, turn).map((name) => [
    name,
    isOfBearers(name) ? `Bearer ${user.token}` : user.token,
  ])
}

const kinds = {
  query: {
    places: names.query.length,
    what: 'a good token in the query',
    at: (user: User, turn: number) => ({ query: inQuery(user, turn) }),
  },
  cookies: {
    places: names.cookies.length,
    what: 'a good token in cookies',
    at: (user: User, turn: number) => ({ headers: [inCookies(user, turn)] }),
  },
  headers: {
    places: names.headers.length,
    what: 'a good token in other headers',
    at: (user: User, turn: number) => ({ headers: inHeaders(user, turn) }),
  },
} as const

/** A good token in all places of a kind; one that is long in one of them, in another run in another. */
export const misplacedIn = (kind: keyof typeof kinds, user: User, seed: number) => {
  const { places, what, at } = kinds[kind]
  const rounds = Math.ceil((places - 1) / Math.max(1, roomFor(user) - 1))
  const due = isLong(user) ? [seed % rounds] : [...Array(rounds).keys()]
  return due.map((turn) => ({ what, parserMayRefuse: isLong(user), ...at(user, turn) }))
}
