import { checksOf } from '../../engine/check.ts'
import { headerOf } from '../../engine/http/exchange.ts'
import {
  common,
  concurrentHealth,
  everyHealth,
  expectHealthy,
  healthIn,
  livez,
  MEMBERS,
  membersIn,
  plainHealth,
} from './exchanges.ts'

/** What `/health` keeps to itself, whoever asks and however. */
export const disclosure = checksOf(common, {
  'H-07': {
    promise: 'tells neither host nor user nor version of anything behind it',
    severity: 'high',
    requirements: ['FR-005', 'SC-002'],
    fix: 'answer /health from a closed list of members; keep driver texts for the log',
    run: async (context) => {
      const inside = /postgres|neon|pooler|\bv?\d+\.\d+\.\d+|uptime|memory|hostname|password|@/i
      for (const exchange of [
        await plainHealth(context),
        ...everyHealth(await concurrentHealth(context)),
      ]) {
        const { release: _, timestamp: __, environment: ___, ...rest } = healthIn(exchange)
        const [hit] = inside.exec(JSON.stringify(rest)) ?? []
        context.expect(!hit, exchange, 'nothing of what lies behind', `“${hit}” is told`)
      }
    },
  },
  'H-08': {
    promise: 'answers health checks alike with any Authorization and with none',
    severity: 'medium',
    fix: 'leave /health outside authentication',
    run: async (context) => {
      for (const exchange of (await concurrentHealth(context)).credentialed) {
        if (!expectHealthy(context, exchange)) continue
        context.expect(membersIn(exchange) === MEMBERS, exchange, 'the same members as without it')
      }
    },
  },
  'H-09': {
    promise: 'tells no more when asked with debugging parameters or headers',
    severity: 'medium',
    requirements: ['FR-005', 'FR-006'],
    fix: 'read nothing of the request in /health',
    run: async (context) => {
      for (const exchange of (await concurrentHealth(context)).curious) {
        if (!expectHealthy(context, exchange)) continue
        context.expect(
          membersIn(exchange) === MEMBERS,
          exchange,
          'the same members as without them',
        )
      }
    },
  },
  'H-10': {
    promise: 'refuses other methods on /health and names those that work',
    severity: 'low',
    requirements: ['FR-005'],
    fix: 'answer 405 with Allow where the path is known',
    run: async (context) => {
      // Others of them on all paths: X-07.
      const exchange = await context.send({ method: 'POST', path: '/health' })
      if (!context.expectProblem(exchange, 'method_not_allowed')) return
      const allow = (headerOf(exchange.response, 'allow') ?? '').toUpperCase().split(/\s*,\s*/)
      context.expect(
        allow.includes('GET') && !allow.includes('POST'),
        exchange,
        'Allow with GET and without POST',
        `Allow: ${allow.join(', ')}`,
      )
    },
  },
  'H-11': {
    promise: 'says that the process runs, and nothing about the database, at /livez',
    severity: 'low',
    requirements: ['EC-1'],
    fix: 'answer { "status": "ok" } and touch nothing',
    run: async (context) => {
      const exchange = await livez(context)
      if (!context.expectStatus(exchange, 200)) return
      context.expect(
        JSON.stringify(exchange.response?.json) === '{"status":"ok"}',
        exchange,
        '{"status":"ok"} and nothing else',
      )
    },
  },
})
