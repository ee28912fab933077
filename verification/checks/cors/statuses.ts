import { type Check, checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { allowedOrigin, asPage } from '../pages.ts'
import { provokedOn, servedRoutes, statusCell } from '../provocations.ts'
import { successes } from '../successes.ts'
import { differing, expectNothingMade, neverIssued, taskIn } from '../tasks.ts'
import { expectGranted, expectHostileRefused } from './expectations.ts'
import { hostileShares } from './requests.ts'

/** Spellings of hostile origins that are tried on every operation. */
const TELLING = 8

/** Refused as its owner, and as a page of an allowed origin. */
const refusals = servedRoutes
  .flatMap((route) => provokedOn(route).map((provoked) => ({ route, ...provoked })))
  .filter(({ code }) => code !== 'token_missing' && code !== 'origin_not_allowed')

const hostileCells = servedRoutes.map((route) => statusCell(route, 403))

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
  'C-22': {
    promise: 'refuses foreign origins on every operation, before it does anything',
    severity: 'critical',
    requirements: ['FR-004', 'SC-003', 'US2'],
    fix: 'look at the origin of every request in one place, before routes and handlers',
    cells: hostileCells,
    run: async (context) => {
      const { users } = context.settings
      const own = users && (await context.task('A'))
      const origins = hostileShares(context).alone.slice(0, TELLING)
      const titles: string[] = []
      const sent = hostileCells.map(async (cell, turn) => {
        const hostile = origins[turn % origins.length]
        if (!hostile) return
        const request = validRequest(context, cell.route, own?.id ?? neverIssued())
        if (request.json) titles.push(request.json.title)
        const as = users ? 'A' : 'nobody'
        await expectHostileRefused(context, hostile, { ...request, as, covers: [cell] })
      })
      await Promise.all(sent)
      if (!own) return
      const after = await context.send({ path: `${TASKS}/${own.id}`, as: 'A' })
      if (context.expectStatus(after, 200))
        context.expect(differing(own, taskIn(after)).length === 0, after, 'the task as it was')
      await expectNothingMade(context, titles)
    },
  },
})

const originOf = (headers: readonly (readonly [string, string])[]): string =>
  headers.find(([name]) => name === 'Origin')?.[1] ?? ''
