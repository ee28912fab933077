import type { Check } from '../../engine/check.ts'
import { TASKS, type Trial } from '../../engine/check-context.ts'
import { headerOf } from '../../engine/exchange.ts'
import { enrol, others, ready, sessionOf } from './control.ts'
import { essence, lastCheck } from './refusal.ts'
import { refuseForged } from './tokens.ts'

/** Few enough to read. */
const FINDINGS_MAX = 3
/** A shorter subject may stand in an answer by chance. */
const TELLING_LENGTH = 8

/** What can only be said of all refusals together. */
export const aftermathChecks: readonly Check[] = [
  lastCheck({
    id: 'A-80',
    promise: 'answers all bad signatures alike',
    severity: 'high',
    fix: 'verify the signature first and look at no claim before',
    needs: ['users'],
    run: async (trial) => {
      await enrol(trial, refuseForged(trial, 'A-80'))
      await others(trial)
      const [first, ...rest] = sessionOf(trial).forged
      for (const exchange of rest.filter((it) => first && essence(it) !== essence(first)))
        atMost(trial, () =>
          trial.expect(
            false,
            exchange,
            'one answer to every bad signature',
            'it tells this token from others',
          ),
        )
    },
  }),
  lastCheck({
    id: 'A-81',
    promise: 'repeats nothing of what a refused token says',
    severity: 'medium',
    fix: 'answer from a closed list of texts',
    needs: ['users'],
    run: async (trial) => {
      const { users } = await ready(trial)
      await others(trial)
      const told = [users.a.subject, users.b.subject].filter((it) => it.length >= TELLING_LENGTH)
      for (const exchange of sessionOf(trial).refused) {
        const said = `${exchange.answer?.rawHeaders}\n${exchange.answer?.text}`
        atMost(trial, () =>
          trial.expect(
            !told.some((it) => said.includes(it)),
            exchange,
            'nothing of the token in the answer',
            'its sub is there',
          ),
        )
      }
    },
  }),
  lastCheck({
    id: 'A-82',
    promise: 'says with every 401 what it wants',
    severity: 'medium',
    // RFC 9110 §15.5.2; RFC 6750 §3: no error where no credentials were sent.
    fix: 'send one WWW-Authenticate with every 401: Bearer, with error="invalid_token" if a header was sent',
    run: async (trial) => {
      await others(trial)
      for (const exchange of sessionOf(trial).refused) {
        const sent = exchange.sentHeaders.some(([name]) => name === 'Authorization')
        const wanted = sent ? 'Bearer error="invalid_token"' : 'Bearer'
        const challenges = exchange.answer?.headers.get('www-authenticate') ?? []
        atMost(trial, () =>
          trial.expect(
            challenges.length === 1 && challenges[0] === wanted,
            exchange,
            `one WWW-Authenticate: ${wanted}`,
            headerOf(exchange.answer, 'www-authenticate') ?? 'none',
          ),
        )
      }
    },
  }),
  lastCheck({
    id: 'A-86',
    promise: 'lets the good in after any number of bad tokens',
    severity: 'medium',
    fix: 'count refused tokens by address at most, never against the user they name',
    needs: ['users'],
    run: async (trial) => {
      const { a } = await ready(trial)
      await others(trial)
      // User A, whom most of the bad tokens named; B is asked for by A-85, at the same time.
      const exchange = await trial.send({ path: `${TASKS}/${a.id}`, as: 'A' })
      trial.control(exchange.answer?.status !== 429, exchange, 'the rate limit leaves room')
      trial.expectStatus(exchange, 200)
    },
  }),
]

const atMost = (trial: Trial, look: () => void): void => {
  if (trial.findings.length < FINDINGS_MAX) look()
}
