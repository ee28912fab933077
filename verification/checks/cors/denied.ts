import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Cell } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { ownTask } from '../own-task.ts'
import { allowedOrigin, from } from '../pages.ts'
import { servedRoutes, statusCell } from '../provocations.ts'
import { differing, expectNothingMade, neverIssued, taskIn } from '../tasks.ts'
import { expectGranted, expectHostileRefused, expectRefused } from './expectations.ts'
import type { HostileOrigin } from './hostile-spellings.ts'
import { hostileShares, preflight, reading, taskFrom } from './requests.ts'

/** So many of the list are also tried with what changes things. */
const TELLING = 2

const hostileCells = servedRoutes.map((route) => statusCell(route, 403))

const common = { requirements: ['FR-004', 'SC-003', 'US2'], record: 'ADR-0012' } as const
const strangerOf = (context: CheckContext, name: string) =>
  `https://${name}.vrf${context.runId}.example`

/** What pages of all other origins must not get. */
export const deniedOrigins = checksOf(common, {
  'C-05': {
    promise: 'refuses every origin that is not on the list, to the byte, on every operation',
    severity: 'critical',
    fix: 'compare the whole Origin with an exact list, no patterns, in one place before routes and handlers',
    cells: hostileCells,
    run: async (context) => {
      const { alone } = hostileShares(context)
      const { users } = context.settings
      const own = users && (await ownTask(context))
      const titles: string[] = []
      // Each spelling once and each operation once: neither depends on the other.
      const everywhere = Array.from(
        { length: Math.max(alone.length, hostileCells.length) },
        async (_, turn) => {
          const hostile = alone[turn % alone.length] as HostileOrigin
          const cell = hostileCells[turn % hostileCells.length] as Cell
          const request = validRequest(context, cell.route, own?.id ?? neverIssued())
          if (request.json) titles.push(request.json.title)
          const sent = { ...request, as: users ? 'A' : 'nobody', covers: [cell] } as const
          await expectHostileRefused(context, hostile, sent)
        },
      )
      const others = alone.slice(0, TELLING).map(async ({ name, value }) => {
        const asked = await context.send(preflight(value, TASKS))
        expectRefused(context, asked, `a preflight of ${name}`)
        const { title, request } = taskFrom(context, value)
        titles.push(title)
        expectRefused(context, await context.send(request), `a task from ${name}`)
      })
      await Promise.all([...everywhere, ...others])
      if (!own) return
      const after = await context.send({ path: `${TASKS}/${own.id}`, as: 'A' })
      if (context.expectStatus(after, 200))
        context.expect(differing(own, taskIn(after)).length === 0, after, 'the task as it was')
      await expectNothingMade(context, titles)
    },
  },
  'C-12': {
    promise: 'refuses a request that claims two origins',
    severity: 'high',
    fix: 'refuse more than one Origin header instead of picking one',
    run: async (context) => {
      const pair = [allowedOrigin(context), strangerOf(context, 'double')]
      for (const origins of [pair, pair.toReversed()]) {
        const headers = origins.map((origin) => ['Origin', origin] as const)
        const request = { ...reading(context), headers, parserMayRefuse: true }
        expectRefused(context, await context.send(request), 'two Origin headers')
      }
    },
  },
  'C-17': {
    promise: 'cannot be written to by a form on another site, which needs no preflight',
    severity: 'high',
    needs: ['users'],
    fix: 'accept JSON types alone: text/plain and forms are sent without asking (Fetch §2.2.2)',
    run: async (context) => {
      const hostile = taskFrom(context, strangerOf(context, 'form'), 'text/plain')
      expectRefused(context, await context.send(hostile.request), 'a task as text/plain')
      const origin = allowedOrigin(context)
      const simple = taskFrom(context, origin, 'text/plain')
      const exchange = await context.send(simple.request)
      context.expectProblem(exchange, 'unsupported_media_type')
      expectGranted(context, exchange, origin)
      await expectNothingMade(context, [hostile.title, simple.title])
    },
  },
  'C-18': {
    promise: 'never answers one origin with what another was told',
    severity: 'medium',
    fix: 'send Vary: Origin on refusals and on answers without an Origin too',
    run: async (context) => {
      const request = reading(context)
      for (const hostile of hostileShares(context).between)
        await expectHostileRefused(context, hostile, request)
      const origin = allowedOrigin(context, 1)
      expectGranted(context, await context.send(from(origin, request)), origin)
      const exchange = await context.send(request)
      const told = exchange.response?.headers.get('access-control-allow-origin')
      context.expect(!told, exchange, 'no origin where none was sent', told?.join(' and '))
    },
  },
})
