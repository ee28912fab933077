import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import type { ActiveCheck, Check } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { aboutUsers, type Fixture, fixture } from './session.ts'
import { expect401 } from './unauthorized.ts'

type Attempt = HttpRequest & { what: string }

interface Carrier extends Pick<Check, 'promise' | 'severity' | 'fix'> {
  codes: readonly ProblemCode[]
  attempts(prepared: Fixture): readonly Attempt[]
}

const form = 'application/x-www-form-urlencoded'
/** The value of Authorization, sent to the list. */
const header = (what: string, authorization: string): Attempt => ({
  what,
  path: TASKS,
  authorization,
})
const twoHeaders = (what: string, ...values: readonly string[]): Attempt => ({
  what,
  path: TASKS,
  headers: values.map((value) => ['Authorization', value] as const),
  parserMayRefuse: true,
})
const each = (names: readonly string[], value: string) =>
  names.map((name) => [name, value] as const)

/** Where a token may be found: in one Authorization header, behind the word Bearer (RFC 6750 §2.1), else nowhere. */
const carriers: Readonly<Record<string, Carrier>> = {
  'A-02': {
    promise: 'refuses a header without a token',
    severity: 'high',
    fix: 'take nothing for a token that is not there',
    codes: ['token_malformed'],
    attempts: () => [header('Bearer alone', 'Bearer')],
  },
  'A-03': {
    promise: 'takes a token of no scheme but Bearer',
    severity: 'high',
    // hono CVE-2026-47673 took whatever stood before the space.
    fix: 'compare the scheme before reading the token',
    codes: ['token_malformed'],
    attempts: ({ users }) => [
      header('a good token as Basic', `Basic ${users.a.token}`),
      header('a good token without a scheme', users.a.token),
    ],
  },
  'A-05': {
    promise: 'refuses two tokens in one header',
    severity: 'medium',
    fix: 'match the whole header, not its beginning',
    codes: ['token_malformed'],
    attempts: ({ users: { a, b } }) => [
      header('a second token after a space', `Bearer ${a.token} ${b.token}`),
      header('a second token after a comma', `Bearer ${a.token}, Bearer ${b.token}`),
    ],
  },
  'A-06': {
    promise: 'takes no token from the query',
    severity: 'high',
    // RFC 6750 §5.3, OWASP ASVS 14.2.1: addresses end up in logs.
    fix: 'read the Authorization header and nothing else',
    codes: ['token_missing'],
    attempts: ({ users }) => {
      const names = ['access_token', 'token', 'jwt', 'auth', 'key']
      const query = names.map((name) => `${name}=${users.a.token}`).join('&')
      return [{ what: 'a good token in the query', path: `${TASKS}?${query}` }]
    },
  },
  'A-07': {
    promise: 'takes no token from a form',
    severity: 'medium',
    fix: 'read the Authorization header and nothing else',
    codes: ['token_missing'],
    attempts: ({ users }) => [
      {
        what: 'a good token in a form',
        method: 'POST',
        path: TASKS,
        headers: [['Content-Type', form]],
        body: `access_token=${users.a.token}`,
      },
    ],
  },
  'A-08': {
    promise: 'takes no token from a cookie',
    severity: 'high',
    // A cookie is sent by any page of any site: it would open the way to forged requests.
    fix: 'read the Authorization header and nothing else',
    codes: ['token_missing'],
    attempts: ({ users }) => {
      const session = 'better-auth.session_token'
      const names = ['token', 'access_token', 'jwt', 'session', session, `__Secure-${session}`]
      const cookie = names.map((name) => `${name}=${users.a.token}`).join('; ')
      return [{ what: 'a good token in cookies', path: TASKS, headers: [['Cookie', cookie]] }]
    },
  },
  'A-09': {
    promise: 'takes no token from another header',
    severity: 'high',
    fix: 'read the Authorization header and nothing else',
    codes: ['token_missing'],
    attempts: ({ users }) => {
      const bearer = ['Proxy-Authorization', 'X-Authorization', 'X-Forwarded-Authorization']
      const bare = ['X-Access-Token', 'X-Auth-Token', 'X-Api-Key']
      const headers = [...each(bearer, `Bearer ${users.a.token}`), ...each(bare, users.a.token)]
      return [{ what: 'a good token in other headers', path: TASKS, headers }]
    },
  },
  'A-10': {
    promise: 'refuses two Authorization headers',
    severity: 'medium',
    // Node keeps the first, others the last or both: whoever chooses differs from a proxy in front.
    fix: 'look at all values of the header and refuse more than one',
    codes: ['token_malformed', 'token_invalid'],
    attempts: ({ users }) => [
      twoHeaders('a good token before another', `Bearer ${users.a.token}`, 'Bearer e30.e30.AA'),
      twoHeaders('a good token after another', 'Bearer e30.e30.AA', `Bearer ${users.a.token}`),
    ],
  },
}

export const carrierChecks: readonly ActiveCheck[] = Object.entries(carriers).map(
  ([id, { codes, attempts, ...spec }]) => ({
    ...{ ...aboutUsers, id, ...spec },
    run: async (context) => {
      const prepared = await fixture(context)
      await Promise.all(
        attempts(prepared).map(async ({ what, ...request }) =>
          expect401(context, await context.send(request), what, ...codes),
        ),
      )
    },
  }),
)
