import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { OF_HEADERS } from '../shapes.ts'
import { successes } from '../successes.ts'
import { claimsOfAnother } from '../untrusted.ts'
import { askedWithout } from './elsewhere/misplaced.ts'
import { expectOwn } from './mixed-callers.ts'
import { aboutUsers, fixture } from './session.ts'
import { expect401 } from './unauthorized.ts'

/** The list of A, as whoever asks for more than theirs would ask for it: names that it does not know are ignored. */
const ofEverybody = (context: CheckContext): string => {
  const query = new URLSearchParams(claimsOfAnother(context, 'query'))
  for (const name of ['all', 'include_all', 'everyone', 'admin', 'debug']) query.set(name, 'true')
  for (const name of ['scope', 'owners', 'include', 'view']) query.set(name, 'all')
  return `${TASKS}?${query}`
}

/** Who somebody is taken for. */
export const callerChecks = checksOf(aboutUsers, {
  'A-00': {
    promise: 'takes both users for who they are',
    severity: 'critical',
    fix: 'compare the secret or the key set of the target with whoever issued the tokens',
    run: async (context) => {
      const { users, a, b } = await fixture(context)
      for (const [user, task] of [
        [users.a, a],
        [users.b, b],
      ] as const) {
        if (task.user_id === user.subject) continue
        context.findings.push({
          verdict: 'FAIL',
          expected: `the task that user ${user.name} creates has their sub for user_id`,
          observed: 'it has another',
        })
      }
    },
  },
  'A-04': {
    promise: 'knows the scheme in capitals and in small letters, on every operation',
    severity: 'low',
    // RFC 9110 §11.1.
    fix: 'compare the scheme without regard to case',
    run: async (context) => {
      for (const { status, exchange } of await successes(context))
        if (exchange.as === 'A') context.expectStatus(exchange, status)
    },
  },
  'A-11': {
    promise: 'believes no header and no parameter about who somebody is',
    severity: 'critical',
    // OWASP ASVS 4.1.3.
    fix: 'take the owner from the verified token and nothing else',
    run: async (context) => {
      const { users, a } = await fixture(context)
      const headers = claimsOfAnother(context, 'headers')
      const [other, asked] = await Promise.all([
        context.send({ path: ofEverybody(context), as: 'A', headers }),
        askedWithout(context),
      ])
      for (const { shaped, exchange } of asked)
        if (shaped.names.includes(OF_HEADERS))
          expect401(
            context,
            exchange,
            `a name in a header of ${shaped.route.name}`,
            'token_missing',
          )
      expectOwn(context, other, users.a, a)
    },
  },
})
