import { type Check, checksOf } from '../../engine/check.ts'
import { disclosure } from './disclosure.ts'
import {
  common,
  concurrentHealth,
  everyHealth,
  expectHealthy,
  healthIn,
  MEMBERS,
  membersIn,
  plainHealth,
} from './exchanges.ts'
import { freshness } from './freshness.ts'

/** The probe behind `/health` gives up after this long (contract §2). */
const PROBE_MAX_MS = 2_000
/** What the way there and back may add to that. */
const NETWORK_MAX_MS = 2_000
/** Callers who come at once share one probe and must not starve anybody. */
const BURST_MAX_MS = 5_000

const answers = checksOf(common, {
  'H-01': {
    promise: 'says that it is healthy and that its database answered, within its own bound',
    severity: 'critical',
    requirements: ['FR-005', 'US2', 'SC-001'],
    fix: 'see whether the database can be reached from where the service runs, then its log',
    run: async (context) => {
      const exchange = await plainHealth(context)
      if (!expectHealthy(context, exchange)) return
      const limit = PROBE_MAX_MS + NETWORK_MAX_MS
      context.expectWithin(exchange, limit, `an answer within ${PROBE_MAX_MS} ms`)
      context.expect(membersIn(exchange) === MEMBERS, exchange, `members ${MEMBERS}`)
      const { database, timestamp = '', environment, release } = healthIn(exchange)
      const latency = database?.latency_ms ?? -1
      context.expect(
        latency >= 0 && latency <= PROBE_MAX_MS,
        exchange,
        `a database latency of 0 to ${PROBE_MAX_MS} ms`,
        `${latency}`,
      )
      context.expect(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(timestamp),
        exchange,
        'a timestamp in UTC with milliseconds and Z',
        timestamp,
      )
      context.expect(
        typeof environment === 'string' && environment === environment.trim() && environment !== '',
        exchange,
        'an environment without white space around it',
        JSON.stringify(environment),
      )
      context.expect(release !== '', exchange, 'a release, or null where there is none')
    },
  },
  'H-03': {
    promise: 'is healthy exactly when tasks can be read',
    severity: 'critical',
    needs: ['users'],
    fix: 'let /health use the same pool and a real query; a static 200 says nothing',
    run: async (context) => {
      const sent = await concurrentHealth(context)
      const [told] = everyHealth(sent)
      if (!told) return
      const well = told.response?.status === 200
      for (const read of sent.reads)
        context.expect(
          (read.response?.status === 200) === well,
          read,
          `tasks to be ${well ? 'readable' : 'unreadable'} while /health answers ${told.response?.status}`,
        )
    },
  },
  'H-06': {
    promise: 'stays well and quick under many health checks at once, for readers too',
    severity: 'high',
    fix: 'let concurrent callers share one probe on one connection',
    run: async (context) => {
      const sent = await concurrentHealth(context)
      for (const exchange of everyHealth(sent)) expectHealthy(context, exchange)
      for (const exchange of [...everyHealth(sent), ...sent.reads]) {
        context.expect(
          exchange.response !== undefined && exchange.response.status < 500,
          exchange,
          'no failure',
        )
        context.expectWithin(exchange, BURST_MAX_MS, `an answer within ${BURST_MAX_MS / 1000} s`)
      }
    },
  },
})

/** The health check is deep, honest, bounded and silent (draft-inadarei-api-health-check-06). */
export const health: readonly Check[] = [...answers, ...freshness, ...disclosure]
