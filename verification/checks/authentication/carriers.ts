import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import type { ActiveCheck, Check } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import { type Cell, ownerRoutes } from '../../engine/matrix.ts'
import { isMisplacedRefused } from './elsewhere/misplaced.ts'
import { misplacedIn } from './elsewhere/places.ts'
import {
  type Attempt,
  everywhere,
  nearlyEverywhere,
  refuseInTurn,
  somewhere,
} from './refuse-all.ts'
import { aboutUsers, type Fixture, fixture } from './session.ts'

interface Carrier extends Pick<Check, 'promise' | 'severity' | 'fix'> {
  codes: readonly ProblemCode[]
  attempts(prepared: Fixture, seed: number): readonly Omit<Attempt, 'codes'>[]
  /** where it is tried; everywhere if that is not said */
  cells?: readonly Cell[]
  /** whether what others have sent says it already */
  settled?(context: CheckContext): Promise<boolean>
}

const header = (what: string, authorization: string) => ({ what, authorization })
const twoHeaders = (what: string, ...values: readonly string[]) => ({
  what,
  headers: values.map((value) => ['Authorization', value] as const),
  parserMayRefuse: true,
})
/** Where a token may be found: in one Authorization header, behind the word Bearer (RFC 6750 §2.1), else nowhere. */
const carriers: Readonly<Record<string, Carrier>> = {
  'A-02': {
    promise: 'refuses a header without a token',
    severity: 'high',
    fix: 'take nothing for a token that is not there',
    cells: somewhere('A-02'),
    codes: ['token_malformed'],
    attempts: () => [header('Bearer alone', 'Bearer')],
  },
  'A-03': {
    promise: 'takes a token of no scheme but Bearer',
    severity: 'high',
    // hono CVE-2026-47673 took whatever stood before the space.
    fix: 'compare the scheme before reading the token',
    cells: somewhere('A-03'),
    codes: ['token_malformed'],
    attempts: ({ users }) => [
      header('a good token as Basic', `Basic ${users.a.token}`),
      header('a good token as JWT', `JWT ${users.a.token}`),
      header('a good token for a password', `Basic ${btoa(`vrf:${users.a.token}`)}`),
      header('a good token for a name', `Basic ${btoa(`${users.a.token}:`)}`),
      header('a good token without a scheme', users.a.token),
      header('a good token behind Bearer and a colon', `Bearer: ${users.a.token}`),
      header('a good token in quotes', `Bearer "${users.a.token}"`),
    ],
  },
  'A-05': {
    promise: 'refuses two tokens in one header',
    severity: 'medium',
    fix: 'match the whole header, not its beginning',
    cells: somewhere('A-05'),
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
    attempts: ({ users: { a } }, seed) => misplacedIn('query', a, seed),
    cells: somewhere('A-06'),
    settled: isMisplacedRefused,
  },
  'A-07': {
    promise: 'takes no token from a form',
    severity: 'medium',
    fix: 'read the Authorization header and nothing else',
    codes: ['token_missing'],
    attempts: ({ users }) => [
      {
        what: 'a good token in a form',
        headers: [['Content-Type', 'application/x-www-form-urlencoded']],
        form: `access_token=${users.a.token}`,
      },
    ],
    // RFC 6750 §2.2 has it in the body of any request that has one; in JSON no operation finds one (A-14).
    cells: everywhere(
      'A-07',
      ownerRoutes.filter(({ operation }) => operation.body),
    ),
  },
  'A-08': {
    promise: 'takes no token from a cookie',
    severity: 'high',
    // A cookie is sent by any page of any site: it would open the way to forged requests.
    fix: 'read the Authorization header and nothing else',
    codes: ['token_missing'],
    attempts: ({ users: { a } }, seed) => misplacedIn('cookies', a, seed),
    cells: somewhere('A-08'),
    settled: isMisplacedRefused,
  },
  'A-09': {
    promise: 'takes no token from another header',
    severity: 'high',
    fix: 'read the Authorization header and nothing else',
    codes: ['token_missing'],
    attempts: ({ users: { a } }, seed) => misplacedIn('headers', a, seed),
    cells: somewhere('A-09'),
    settled: isMisplacedRefused,
  },
  'A-10': {
    promise: 'refuses two Authorization headers, on any operation',
    severity: 'medium',
    // Node keeps the first, others the last or both: whoever chooses differs from a proxy in front.
    fix: 'look at all values of the header and refuse more than one',
    codes: ['token_malformed', 'token_invalid'],
    // Whichever of them a server takes, it is a good one.
    attempts: ({ users: { a } }) => [
      twoHeaders('a good token twice', `Bearer ${a.token}`, `Bearer ${a.token}`),
      twoHeaders('a good token before another', `Bearer ${a.token}`, 'Bearer e30.e30.AA'),
    ],
  },
  'A-15': {
    promise: 'takes no token that comes after another',
    severity: 'high',
    fix: 'look at all values of the header and refuse more than one',
    cells: somewhere('A-15'),
    codes: ['token_malformed', 'token_invalid'],
    attempts: ({ users: { a } }) => [
      twoHeaders('a good token after another', 'Bearer e30.e30.AA', `Bearer ${a.token}`),
    ],
  },
}

export const carrierChecks: readonly ActiveCheck[] = Object.entries(carriers).map(
  ([id, { codes, attempts, settled, cells = nearlyEverywhere(id), ...spec }]) => ({
    ...{ ...aboutUsers, id, cells, ...spec },
    run: async (context) => {
      if (await settled?.(context)) return
      const all = attempts(await fixture(context), context.settings.seed)
      await refuseInTurn(
        context,
        cells,
        all.map((it) => ({ ...it, codes })),
      )
    },
  }),
)
