import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { type Cell, cellsOf } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { plainHealth } from '../health/exchanges.ts'
import { oncePerRun } from '../once-per-run.ts'
import { allowedOrigin, from } from '../pages.ts'
import { servedRoutes } from '../provocations.ts'
import { NOBODYS_TASK, neverIssued } from '../tasks.ts'
import { expectGranted, expectPreflight } from './expectations.ts'
import { accessWords, granted } from './grants.ts'
import { preflight, reading } from './requests.ts'

/** Long enough for an expression that backtracks to be seen, short enough for most parsers. */
const LONG_LIST = `authorization${' '.repeat(6_000)}${','.repeat(2_000)}x`
const LONG_LIST_MS = 2_000

const preflights = cellsOf('origin', servedRoutes, ['preflight'])

const common = { requirements: ['FR-004'], record: 'ADR-0012' } as const

/** As a page of each allowed origin, and with a header that belongs into answers. */
const granting = oncePerRun((context) => {
  const request = { ...reading(context), headers: [['Vary', 'X-Vrf-Evil']] as const }
  return Promise.all(context.settings.origins.map((origin) => context.send(from(origin, request))))
})

/** What pages of the allowed origins need. */
export const allowedOrigins = checksOf(common, {
  'C-01': {
    promise: 'lets pages of every allowed origin read',
    severity: 'critical',
    requirements: ['FR-004', 'US2'],
    fix: 'give the target and ALLOWED_ORIGINS the same origins, letter by letter; name the origin itself, with credentials and Vary: Origin',
    run: async (context) => {
      for (const [turn, exchange] of (await granting(context)).entries()) {
        context.expectStatus(exchange, 200)
        expectGranted(context, exchange, allowedOrigin(context, turn))
      }
    },
  },
  'C-02': {
    promise: 'lets pages of every allowed origin ask for every operation with every header',
    severity: 'critical',
    fix: 'list all methods and headers: the defaults of many libraries leave out PATCH and DELETE',
    cells: preflights,
    run: async (context) => {
      const { origins } = context.settings
      const turns = Array.from({ length: Math.max(preflights.length, origins.length) })
      const sent = turns.map(async (_, turn) => {
        const cell = preflights[turn % preflights.length] as Cell
        const origin = allowedOrigin(context, turn)
        const { method, path: plain } = validRequest(context, cell.route, neverIssued())
        const path = turn % 2 === 0 || plain === '/' ? plain : `${plain}/`
        const due = [0, 1, 2].map((it) => granted.headers[(turn + it) % granted.headers.length])
        // A page that sends no header of its own asks for the method alone.
        const headers = turn % 3 === 2 ? null : due.join().toLowerCase()
        const request = preflight(origin, path, method, headers)
        const exchange = await context.send({ ...request, covers: [cell] })
        expectPreflight(context, exchange, origin)
      })
      await Promise.all(sent)
    },
  },
  'C-03': {
    promise: 'answers preflights before it looks at tokens and paths',
    severity: 'critical',
    fix: 'answer preflights before authentication and routing: browsers send them without a token',
    run: async (context) => {
      const origin = allowedOrigin(context, 1)
      for (const path of [`${NOBODYS_TASK}/vrf-${context.runId}`, `/vrf-${context.runId}`]) {
        const exchange = await context.send(preflight(origin, path, 'PUT'))
        expectPreflight(context, exchange, origin)
      }
    },
  },
  'C-06': {
    promise: 'says nothing of origins to programs that are no page',
    severity: 'medium',
    fix: 'send Access-Control-* headers only in answer to an Origin',
    run: async (context) => {
      const exchange = await plainHealth(context)
      const words = accessWords(exchange.response)
      context.expect(words.length === 0, exchange, 'no Access-Control-* header', words.join(', '))
    },
  },
  'C-09': {
    promise: 'grants no method, header or network that a page merely asks for',
    severity: 'low',
    fix: 'send the fixed lists in place of what the preflight asked for',
    run: async (context) => {
      const asked = preflight(allowedOrigin(context), TASKS, 'PURGE', 'x-vrf-evil')
      const local = ['Access-Control-Request-Private-Network', 'true'] as const
      const exchange = await context.send({ ...asked, headers: [...(asked.headers ?? []), local] })
      const words = accessWords(exchange.response)
      const echoes = words.filter((word) => /purge|x-vrf-evil|-(private|local)-network/i.test(word))
      context.expect(echoes.length === 0, exchange, 'the fixed lists alone', echoes.join(', '))
    },
  },
  'C-13': {
    promise: 'does not let callers say what answers vary by',
    severity: 'medium',
    fix: 'append Origin to the Vary of the answer, not to one in the request',
    run: async (context) => {
      const [exchange] = (await granting(context)) as [Exchange]
      const vary = headerOf(exchange.response, 'vary')
      context.expect(
        !/x-vrf-evil/i.test(vary ?? ''),
        exchange,
        'a Vary of its own',
        `Vary: ${vary}`,
      )
    },
  },
  'C-14': {
    promise: 'is not held up by an endless preflight',
    severity: 'medium',
    fix: 'do not split what was asked for with an expression that backtracks; do not read it at all',
    run: async (context) => {
      const origin = allowedOrigin(context)
      const asked = preflight(origin, TASKS, 'POST', LONG_LIST)
      const exchange = await context.send({ ...asked, parserMayRefuse: true })
      context.expectWithin(exchange, LONG_LIST_MS, `an answer in ${LONG_LIST_MS} ms`)
    },
  },
})
