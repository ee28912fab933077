import type { PassiveCheck, Traffic } from '../../engine/check.ts'
import { REQUESTS_MAX } from '../../engine/http/transport.ts'

interface Spec extends Omit<PassiveCheck, 'inspect' | 'record'> {
  expected: string
  flaw: (traffic: Traffic) => string | undefined
  /** why nobody can say */
  doubt?: (traffic: Traffic) => string | undefined
}

const ofTheRun = ({ expected, flaw, doubt, ...about }: Spec): PassiveCheck => ({
  ...about,
  record: 'ADR-0017',
  inspect: (traffic) => {
    const observed = flaw(traffic)
    if (observed) return [{ verdict: 'FAIL', expected, observed }]
    const reason = doubt?.(traffic)
    return reason ? [{ verdict: 'INCONCLUSIVE', expected, observed: reason }] : []
  },
})

const SECONDS_MAX = 60
/** A round trip after which no suite of this size could keep to that: from there on a run may take longer. */
const FAR_MS = 150

/** How the suite itself behaved. */
export const theRun: readonly PassiveCheck[] = [
  ofTheRun({
    id: 'S-01',
    promise: `was asked politely: at most ${REQUESTS_MAX} requests`,
    severity: 'info',
    requirements: ['FR-007'],
    fix: 'a matter of the suite, not of the target',
    expected: `at most ${REQUESTS_MAX} requests`,
    flaw: ({ transport }) => (transport.sent > REQUESTS_MAX ? `${transport.sent}` : undefined),
  }),
  ofTheRun({
    id: 'S-02',
    promise: 'is left as it was found',
    severity: 'high',
    requirements: ['FR-007'],
    fix: 'run the suite again: it removes what an earlier run left; if tasks stay, DELETE does not work',
    expected: 'nothing of the run is left',
    flaw: ({ left }) =>
      typeof left === 'object' && left.length > 0 ? `${left.length} tasks remain` : undefined,
    doubt: ({ left }) => (typeof left === 'string' ? left : undefined),
  }),
  ofTheRun({
    id: 'S-03',
    promise: 'was verified in less than a minute',
    severity: 'medium',
    requirements: ['SC-004'],
    fix: 'look for the slowest checks in the report',
    expected: `done within ${SECONDS_MAX} s`,
    flaw: ({ ms, settings, transport }) => {
      if (settings.unhurried) return undefined
      // The way there and a rate limit take the time that they take: neither is anybody's fault.
      const { exchanges } = transport
      const far = Math.min(...exchanges.map((it) => it.ms)) > FAR_MS
      const limited = exchanges.some((it) => it.limited > 0)
      return ms > SECONDS_MAX * 1000 * settings.patience && !far && !limited
        ? `${Math.round(ms / 1000)} s`
        : undefined
    },
  }),
]
