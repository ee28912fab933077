import type { PassiveCheck } from '../../engine/check.ts'
import { isFromParser } from '../../engine/http/edge.ts'
import { isUncounted } from '../../engine/uncounted.ts'
import { breaches } from './conformance.ts'
import { everyApplicationExchange, everyExchange } from './every-exchange.ts'

/** That every answer keeps to the contract. */
export const contractual: readonly PassiveCheck[] = [
  everyExchange({
    id: 'G-01',
    promise: 'never fails with a server error',
    severity: 'high',
    requirements: ['FR-005', 'EC-1'],
    record: 'ADR-0016',
    fix: 'look for "unexpected error" in the log at the time of the request',
    expected: 'no server error',
    flaw: (exchange) => {
      const { status = 0 } = exchange.response ?? {}
      const isForeseen = exchange.request.path.startsWith('/health') || isFromParser(exchange)
      return status >= 500 && !isForeseen ? `status ${status}` : undefined
    },
  }),
  everyApplicationExchange({
    id: 'G-02',
    promise: 'answers only what the contract declares, status, headers and members',
    severity: 'high',
    requirements: ['FR-007'],
    record: 'ADR-0016',
    fix: 'compare the answer with the contract; a member too many is a leak',
    expected: 'every answer as the contract declares it',
    flaw: (exchange) => breaches(exchange)[0],
  }),
  everyExchange({
    id: 'G-23',
    promise: 'counts neither health checks nor preflights nor refused origins against any rate',
    severity: 'high',
    requirements: ['FR-004', 'FR-005'],
    record: 'ADR-0012',
    fix: 'answer them before the rate limit: whoever watches the service must not blind himself',
    expected: 'no rate limit for what is not counted',
    flaw: (exchange, { settings }) =>
      exchange.limited > 0 && isUncounted(exchange, settings.origins) ? 'status 429' : undefined,
  }),
  everyExchange({
    id: 'G-09',
    promise: 'answers everything within 10 s',
    severity: 'medium',
    requirements: ['EC-1'],
    record: 'ADR-0007',
    fix: 'put a deadline on every wait',
    expected: 'an answer within 10 s',
    flaw: ({ ms }) => (ms > 10_000 ? `${Math.round(ms)} ms` : undefined),
  }),
]
