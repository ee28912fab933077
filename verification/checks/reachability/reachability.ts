import { type Check, checksOf } from '../../engine/check.ts'
import { headerOf } from '../../engine/http/exchange.ts'
import { concurrentHealth, healthIn, plainHealth } from '../health/exchanges.ts'
import { addressing } from './paths.ts'
import { tls } from './tls.ts'

/** Clocks further apart than the leeway of tokens make good tokens look bad (contract §1). */
const SKEW_MAX_MS = 30_000
/** Fewer characters of a commit than this name it too loosely. */
const COMMIT_MIN = 7

const common = { record: 'ADR-0004', requirements: ['SC-001', 'FR-001'] } as const

const deployment = checksOf(common, {
  'R-01': {
    promise: 'can be reached and answers for itself',
    severity: 'critical',
    fix: 'check the domain, that the service listens on PORT, and that the last deployment is up',
    run: async (context) => {
      const exchange = await plainHealth(context)
      context.expectStatus(exchange, 200)
    },
  },
  'R-14': {
    promise: 'runs the release that was meant to be verified',
    severity: 'critical',
    requirements: ['SC-001', 'FR-007'],
    needs: ['release'],
    fix: 'wait for the deployment to finish, or see why the new release did not become healthy',
    run: async (context) => {
      const exchange = await plainHealth(context)
      const { release } = healthIn(exchange)
      const expected = context.settings.expectedRelease ?? ''
      context.expect(
        release === expected || (expected.length >= COMMIT_MIN && !!release?.startsWith(expected)),
        exchange,
        `release ${expected}`,
        `release ${release}`,
      )
    },
  },
  'R-15': {
    promise: 'runs one release in one environment, whichever replica answers',
    severity: 'high',
    fix: 'let a rolling deployment end before verifying; look for a forgotten replica',
    run: async (context) => {
      const { fresh } = await concurrentHealth(context)
      const [first, ...others] = fresh.filter((it) => it.response?.status === 200)
      for (const other of first ? others : fresh.slice(0, 1)) {
        const [one, two] = [healthIn(first ?? other), healthIn(other)]
        context.expect(
          one.release !== undefined &&
            one.release === two.release &&
            one.environment === two.environment,
          other,
          'the same release and environment over every connection',
          `${one.release} (${one.environment}) and ${two.release} (${two.environment})`,
        )
      }
    },
  },
  'R-16': {
    promise: 'has its clock within 30 s of ours',
    severity: 'medium',
    requirements: ['US1'],
    fix: 'compare both clocks with a time server: tokens expire too early or too late',
    run: async (context) => {
      const exchange = await plainHealth(context)
      const date = Date.parse(headerOf(exchange.response, 'date') ?? '')
      // A server without a clock sends no Date (RFC 9110 §6.6.1); then there is nothing to compare.
      const skew = Number.isNaN(date) ? 0 : date - (exchange.startedAt + exchange.ms / 2)
      context.expect(
        Math.abs(skew) <= SKEW_MAX_MS,
        exchange,
        'Date within 30 s of the clock here',
        `${Math.round(skew / 1000)} s apart`,
      )
    },
  },
})

/** Whether the right service answers, over TLS alone, at the right addresses alone. */
export const reachability: readonly Check[] = [...deployment, ...tls, ...addressing]
