import type { Check } from '../../engine/check.ts'
import { headerOf } from '../../engine/exchange.ts'
import {
  burst,
  common,
  everyHealth,
  healthIn,
  healthy,
  MEMBERS,
  membersIn,
  plainHealth,
} from './shared.ts'

/** What `/health` keeps to itself, whoever asks and however. */
export const alike: readonly Check[] = [
  {
    ...common,
    id: 'H-07',
    promise: 'tells neither host nor user nor version of anything behind it',
    severity: 'high',
    requirements: ['FR-005', 'SC-002'],
    fix: 'answer /health from a closed list of members; keep driver texts for the log',
    run: async (trial) => {
      const inside = /postgres|neon|pooler|\bv?\d+\.\d+\.\d+|uptime|memory|hostname|password|@/i
      for (const exchange of [await plainHealth(trial), ...everyHealth(await burst(trial))]) {
        const { release: _, timestamp: __, environment: ___, ...rest } = healthIn(exchange)
        const [hit] = inside.exec(JSON.stringify(rest)) ?? []
        trial.expect(!hit, exchange, 'nothing of what lies behind', `“${hit}” is told`)
      }
    },
  },
  {
    ...common,
    id: 'H-08',
    promise: 'answers health checks alike with any Authorization and with none',
    severity: 'medium',
    fix: 'leave /health outside authentication',
    run: async (trial) => {
      for (const exchange of (await burst(trial)).credentialed) {
        if (!healthy(trial, exchange)) continue
        trial.expect(membersIn(exchange) === MEMBERS, exchange, 'the same members as without it')
      }
    },
  },
  {
    ...common,
    id: 'H-09',
    promise: 'tells no more when asked with debugging parameters or headers',
    severity: 'medium',
    requirements: ['FR-005', 'FR-006'],
    fix: 'read nothing of the request in /health',
    run: async (trial) => {
      for (const exchange of (await burst(trial)).curious) {
        if (!healthy(trial, exchange)) continue
        trial.expect(membersIn(exchange) === MEMBERS, exchange, 'the same members as without them')
      }
    },
  },
  {
    ...common,
    id: 'H-10',
    promise: 'refuses other methods on /health and names those that work',
    severity: 'low',
    requirements: ['FR-005'],
    fix: 'answer 405 with Allow where the path is known',
    run: async (trial) => {
      for (const method of ['POST', 'DELETE']) {
        const exchange = await trial.send({ method, path: '/health' })
        if (!trial.expectProblem(exchange, 'method_not_allowed')) continue
        const allow = (headerOf(exchange.answer, 'allow') ?? '').toUpperCase().split(/\s*,\s*/)
        trial.expect(
          allow.includes('GET') && !allow.includes(method),
          exchange,
          `Allow with GET and without ${method}`,
          `Allow: ${allow.join(', ')}`,
        )
      }
    },
  },
  {
    ...common,
    id: 'H-11',
    promise: 'says that the process runs, and nothing about the database, at /livez',
    severity: 'low',
    requirements: ['EC-1'],
    fix: 'answer { "status": "ok" } and touch nothing',
    run: async (trial) => {
      const exchange = await trial.send({ path: '/livez' })
      if (!trial.expectStatus(exchange, 200)) return
      trial.expect(
        JSON.stringify(exchange.answer?.json) === '{"status":"ok"}',
        exchange,
        '{"status":"ok"} and nothing else',
      )
    },
  },
]
