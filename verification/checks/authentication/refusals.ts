import { isDeepStrictEqual } from 'node:util'
import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { claimsIn } from '../../engine/users.ts'
import { oncePerRun } from '../once-per-run.ts'
import { differing, expectNothingMade, MARKED, taskIn } from '../tasks.ts'
import { somewhere } from './refuse-all.ts'
import { refuseForged } from './send-tokens.ts'
import { about, enrol, fixture, others, sessionOf } from './session.ts'
import { comparable } from './unauthorized.ts'

/** Few enough to read. */
const FINDINGS_MAX = 3
/** A shorter subject may stand in an answer by chance. */
const TELLING_LENGTH = 8

/** What A, whom most of the bad tokens named, has once all of them were refused. B is asked for by A-85, at the same time. */
const afterwards = oncePerRun(async (context) => {
  const { a } = await fixture(context)
  await others(context)
  return context.send({ path: `${TASKS}/${a.id}`, as: 'A' })
})

/** Whether nothing but the signature is wrong: of another algorithm or header a server may say so. */
const isOfOwnHeader =
  (token: string) =>
  ({ request }: Exchange): boolean =>
    request.authorization?.startsWith(`Bearer ${token.split('.')[0]}.`) === true

/** What can only be said of all refusals together. */
export const refusalChecks = checksOf(about, {
  'A-80': {
    promise: 'answers all bad signatures alike',
    severity: 'high',
    needs: ['users'],
    fix: 'verify the signature first and look at no claim before',
    cells: somewhere('A-80'),
    run: async (context) => {
      await enrol(context, refuseForged(context, 'A-80', somewhere('A-80')))
      await others(context)
      const { users } = await fixture(context)
      const [first, ...rest] = sessionOf(context).forged.filter(isOfOwnHeader(users.a.token))
      const expected = 'one answer to every bad signature'
      each(context, rest, (it) => {
        const same = !first || isDeepStrictEqual(comparable(it), comparable(first))
        context.expect(same, it, expected, 'it tells this token from others')
      })
    },
  },
  'A-81': {
    promise: 'repeats nothing of what a refused token says, nor what it should say',
    severity: 'medium',
    needs: ['users'],
    fix: 'answer from a closed list of texts',
    run: async (context) => {
      const { users } = await fixture(context)
      await others(context)
      const isTelling = (it: unknown): it is string =>
        typeof it === 'string' && it.length >= TELLING_LENGTH
      const subjects = [users.a.subject, users.b.subject].filter(isTelling)
      const { iss, aud } = claimsIn(users.a.token)
      const parties = [iss, aud].flat().filter(isTelling)
      each(context, sessionOf(context).refused, (exchange) => {
        const { rawHeaders, text = '' } = exchange.response ?? {}
        // Either of the parties may be an origin, which a header may name.
        const hits = (some: string[], said: string) => some.some((it) => said.includes(it))
        const silent = !hits(subjects, `${rawHeaders}\n${text}`) && !hits(parties, text)
        const expected = 'nothing of the token in the answer, and nobody whom it should name'
        context.expect(silent, exchange, expected, 'its sub, iss or aud is there')
      })
    },
  },
  'A-82': {
    promise: 'says with every 401 what it wants',
    severity: 'medium',
    // RFC 9110 §15.5.2; RFC 6750 §3: no error where no credentials were sent.
    fix: 'send one WWW-Authenticate with every 401: Bearer, with error="invalid_token" if a header was sent',
    run: async (context) => {
      await others(context)
      each(context, sessionOf(context).refused, (exchange) => {
        const sent = exchange.sentHeaders.some(([name]) => name === 'Authorization')
        const expected = sent ? 'Bearer error="invalid_token"' : 'Bearer'
        const challenges = exchange.response?.headers.get('www-authenticate') ?? []
        const right = challenges.length === 1 && plain(challenges[0]) === plain(expected)
        const seen = headerOf(exchange.response, 'www-authenticate') ?? 'none'
        context.expect(right, exchange, `one WWW-Authenticate: ${expected}`, seen)
      })
    },
  },
  'A-86': {
    promise: 'lets the good in after any number of bad tokens',
    severity: 'medium',
    needs: ['users'],
    fix: 'count refused tokens by address at most, never against the user they name',
    run: async (context) => {
      const exchange = await afterwards(context)
      context.control(exchange.response?.status !== 429, exchange, 'the rate limit leaves room')
      context.expectStatus(exchange, 200)
    },
  },
  'A-87': {
    promise: 'does nothing of what a refused request asks for',
    severity: 'critical',
    needs: ['users'],
    fix: 'ask for the owner before anything else is called, and wait for the answer',
    run: async (context) => {
      const { a } = await fixture(context)
      const after = await afterwards(context)
      if (context.expectStatus(after, 200)) {
        const changed = differing(a, taskIn(after))
        context.expect(changed.length === 0, after, 'the task as it was', `changed: ${changed}`)
      }
      const list = await context.send({ path: MARKED, as: 'A' })
      expectNothingMade(context, list, sessionOf(context).refusedTitles)
    },
  },
})

/** Scheme and name of a parameter have no case, and a word needs no quotes (RFC 9110 §11.2). */
const plain = (challenge = ''): string => challenge.toLowerCase().replaceAll(/(?<==)"|"$/g, '')

const each = (
  context: CheckContext,
  exchanges: readonly Exchange[],
  judge: (exchange: Exchange) => void,
): void => {
  for (const exchange of exchanges) if (context.findings.length < FINDINGS_MAX) judge(exchange)
}
