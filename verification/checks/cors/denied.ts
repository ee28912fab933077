import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import type { Cell } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { afterRefusals, ownTask, refusing } from '../own-task.ts'
import { allowedOrigin, from } from '../pages.ts'
import { servedRoutes, statusCell } from '../provocations.ts'
import { differing, expectNothingMade, NOBODYS_TASK, neverIssued, post, taskIn } from '../tasks.ts'
import { expectGranted, expectHostileRefused, expectRefused } from './expectations.ts'
import { formOf } from './forms.ts'
import type { HostileOrigin } from './hostile-spellings.ts'
import { hostileShares, preflight, reading, taskFrom } from './requests.ts'
import { trusting } from './trusting.ts'

const hostileCells = servedRoutes.map((route) => statusCell(route, 403))

/** Where there is nothing, or nothing by this method: whoever is refused does not learn it. */
const elsewhere: readonly HttpRequest[] = [
  { path: '/vrf' },
  { path: '/api/vrf' },
  { method: 'OPTIONS', path: NOBODYS_TASK },
  { method: 'POST', path: NOBODYS_TASK },
  { path: '/docs' },
  { path: '/openapi.json' },
  { method: 'TRACE', path: TASKS, parserMayRefuse: true },
]

const common = { requirements: ['FR-004', 'SC-003', 'US2'], record: 'ADR-0012' } as const
const strangerOf = (context: CheckContext, name: string) =>
  `https://${name}.vrf${context.runId}.example`

/**
 * Each spelling once, each operation once and each place: none depends on the other. Resolves with the titles of what was
 * to be made, and the key under which.
 */
const askedByStrangers = refusing(async (context) => {
  const { alone, asking } = hostileShares(context)
  const { users } = context.settings
  const id = users ? (await ownTask(context)).id : neverIssued()
  const key = context.canary()
  const titles: string[] = []
  const places = [...hostileCells, ...elsewhere]
  const everywhere = Array.from(
    { length: Math.max(alone.length, places.length) },
    async (_, turn) => {
      const hostile = alone[turn % alone.length] as HostileOrigin
      const place = places[turn % places.length] as Cell | HttpRequest
      const request =
        'route' in place ? { ...validRequest(context, place.route, id), covers: [place] } : place
      if ('json' in request) titles.push((request.json as { title: string }).title)
      const headers = turn % 2 === 0 ? trusting(context, hostile) : []
      const sent = { ...request, as: users ? 'A' : 'nobody', headers } as const
      const form = formOf(sent, turn, Math.floor(turn / places.length))
      await expectHostileRefused(context, hostile, form(sent, key))
    },
  )
  const others = asking.map(async ({ name, value, ...more }, turn) => {
    const method = turn === 0 ? 'GET' : 'POST'
    const asked = await context.send({ ...preflight(value, TASKS, method), ...more })
    expectRefused(context, asked, `a preflight of ${name}`)
  })
  await Promise.all([...everywhere, ...others])
  return { titles, key }
})

/** A new task as text, by strangers and by a page of an allowed origin. The titles. */
const postedAsText = refusing(async (context) => {
  const { posting } = hostileShares(context)
  const hostile = posting.map(({ name, value, ...more }) => ({
    ...taskFrom(context, value, 'text/plain'),
    ...{ name, more },
  }))
  for (const { name, more, request } of hostile) {
    const exchange = await context.send({ ...request, ...more })
    expectRefused(context, exchange, `a task as text/plain of ${name}`)
  }
  const origin = allowedOrigin(context)
  const simple = taskFrom(context, origin, 'text/plain')
  const exchange = await context.send(simple.request)
  context.expectProblem(exchange, 'unsupported_media_type')
  expectGranted(context, exchange, origin)
  return [...hostile.map(({ title }) => title), simple.title]
})

/** What pages of all other origins must not get. */
export const deniedOrigins = checksOf(common, {
  'C-05': {
    promise: 'refuses every origin that is not on the list, to the byte, on every operation',
    severity: 'critical',
    fix: 'compare the whole Origin with an exact list, no patterns, in one place before routes and handlers',
    cells: hostileCells,
    run: async (context) => {
      const { users } = context.settings
      const { titles, key } = await askedByStrangers(context)
      if (!users) return
      const { before, listed, read } = await afterRefusals(context)
      if (context.expectStatus(read, 200))
        context.expect(differing(before, taskIn(read)).length === 0, read, 'the task as it was')
      expectNothingMade(context, listed, titles)
      const made = await post(context, 'A', {}, [['Idempotency-Key', key]])
      context.expectStatus(made, 201)
    },
  },
  'C-12': {
    promise: 'refuses a request that claims two origins',
    severity: 'high',
    fix: 'refuse more than one Origin header instead of picking one',
    run: async (context) => {
      const pair = [allowedOrigin(context), strangerOf(context, 'double')]
      const twins = [allowedOrigin(context), allowedOrigin(context)]
      for (const origins of [pair, pair.toReversed(), twins]) {
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
      const titles = await postedAsText(context)
      expectNothingMade(context, (await afterRefusals(context)).listed, titles)
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
