import { type Check, checksOf } from '../../engine/check.ts'
import { allowedOrigin, asPage } from '../pages.ts'
import { provokedOn, servedRoutes } from '../provocations.ts'
import { successes } from '../successes.ts'
import { expectGranted } from './expectations.ts'

/** Refused as its owner, and as a page of an allowed origin. */
const refusals = servedRoutes
  .flatMap((route) => provokedOn(route).map((provoked) => ({ route, ...provoked })))
  .filter(({ code }) => code !== 'token_missing' && code !== 'origin_not_allowed')

const common = { requirements: ['FR-004'], record: 'ADR-0012' } as const

/** What pages are told on every operation by every method, whatever comes of it. */
export const everyStatus: readonly Check[] = checksOf(common, {
  'C-04': {
    promise: 'lets pages see every answer of every operation, refusals too',
    severity: 'high',
    // A page that may not read a refusal cannot tell its user what is wrong, only that something is.
    fix: 'set the headers before anything can fail, not in the handler: error paths often lose them',
    cells: refusals.map(({ cell }) => cell),
    run: async (context) => {
      for (const { exchange } of await successes(context))
        expectGranted(context, exchange, originOf(exchange.sentHeaders))
      if (!context.settings.users) return
      const { id } = await context.task('A')
      const sent = refusals.map(async ({ route, code, provoke, cell }, turn) => {
        const request = { ...provoke(context, route, id), as: 'A', covers: [cell] } as const
        const exchange = await context.send(asPage(context, request, turn))
        if (route.method === 'HEAD') context.expectStatus(exchange, Number(cell.value))
        else context.expectProblem(exchange, code)
        expectGranted(context, exchange, allowedOrigin(context, turn))
      })
      await Promise.all(sent)
    },
  },
})

const originOf = (headers: readonly (readonly [string, string])[]): string =>
  headers.find(([name]) => name === 'Origin')?.[1] ?? ''
