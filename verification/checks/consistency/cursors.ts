import { checksOf } from '../../engine/check.ts'
import { MARKER_TAG, TASKS } from '../../engine/check-context.ts'
import type { Cell } from '../../engine/matrix.ts'
import { choices, type Member, parametersOf } from '../members.ts'
import { oncePerRun } from '../once-per-run.ts'
import { listRoute } from '../orders.ts'
import { idsIn, nextTarget, nextUrl, pathOf } from '../tasks.ts'
import { about } from './expectations.ts'
import { listFixture } from './list-fixture.ts'

/** Under all filters at once two of the seeds are left, whatever becomes of others: `late` before `found`. */
const filters: Readonly<Record<string, string>> = {
  completed: 'true',
  priority: 'high,low',
  search: '5%_oFF',
  due_after: '2030-06-01',
  due_before: '2030-12-31',
  sort_by: 'due_date',
  sort_order: 'desc',
}

/** Values that find the same tasks, where no others are counted: a cursor is bound to what was asked for. */
const others: Readonly<Record<string, string>> = {
  search: '5%_of',
  due_after: '2030-05-31',
  due_before: '2030-12-30',
  tag: MARKER_TAG,
}

const paging = ['page', 'per_page', 'cursor']
const bound = parametersOf(listRoute).filter(([name]) => !paging.includes(name))

const otherOf = (parameter: Member): string =>
  others[parameter[0]] ?? choices(parameter).find((it) => it !== filters[parameter[0]]) ?? 'another'

const cellOf = ([name]: Member): Cell => ({
  ...{ route: listRoute, dimension: 'parameter' },
  value: `a cursor under another ${name}`,
})

const firstPage = oncePerRun(async (context) => {
  const { tag } = await listFixture(context)
  const query = new URLSearchParams([
    ...Object.entries({ ...filters, per_page: '1' }),
    ...[tag, MARKER_TAG].map((it) => ['tag', it] as [string, string]),
  ])
  const page = await context.send({ path: `${TASKS}?${query}`, as: 'A' })
  const url = nextUrl(context, page)
  context.control(page.response?.status === 200 && url !== undefined, page, 'there is a next page')
  return { page, query, url: url as URL }
})

/** The link to the next page with one parameter changed; undefined takes it out. */
const linkWith = (url: URL, name: string, value: string | undefined): string => {
  const changed = new URL(url)
  if (value === undefined) changed.searchParams.delete(name)
  else changed.searchParams.set(name, value)
  return pathOf(changed)
}

/** With a character changed near its beginning and near its end; and cut short, before what is in no base64. */
const damaged = (cursor: string): string[] => {
  const places = [1, 3].map((part) => Math.floor((cursor.length * part) / 4))
  const changed = places.map((at) => {
    // To whom letters have no case, an `a` is no other.
    const letter = /a/i.test(cursor[at] ?? '') ? 'B' : 'A'
    return `${cursor.slice(0, at)}${letter}${cursor.slice(at + 1)}`
  })
  return [...changed, `${cursor.slice(0, cursor.length / 2)}~`]
}

const sorted = (query: URLSearchParams, name: string) =>
  query
    .getAll(name)
    .flatMap((it) => (name === 'priority' ? it.split(',') : [it]))
    .sort()
    .join()

/** The cursor where it does not belong, with another user last of all, and what is no cursor any more. */
export const refusals = oncePerRun(async (context) => {
  const { url } = await firstPage(context)
  const cursor = url.searchParams.get('cursor') ?? ''
  const send = (path: string, as: 'A' | 'B' = 'A', covers: Cell[] = []) =>
    context.send({ path, as, covers })
  const [elsewhere, misused] = await Promise.all([
    Promise.all([
      ...bound.map((it) => send(linkWith(url, it[0], otherOf(it)), 'A', [cellOf(it)])),
      send(linkWith(url, 'search', undefined)),
      send(pathOf(url), 'B'),
    ]),
    Promise.all([
      ...damaged(cursor).map((it) => send(linkWith(url, 'cursor', it))),
      send(linkWith(url, 'page', '1')),
    ]),
  ])
  return { elsewhere, misused }
})

export const ofCursors = checksOf(about, {
  'D-17': {
    promise: 'refuses a cursor beside a page, garbled, or none',
    severity: 'medium',
    fix: 'decode a cursor as what it is: input; and take a page or a cursor, never both',
    run: async (context) => {
      for (const exchange of (await refusals(context)).misused)
        context.expectProblem(exchange, 'validation_failed')
    },
  },
  'D-30': {
    promise: 'keeps in Link whatever was asked for, and answers the cursor under another per_page',
    severity: 'medium',
    fix: 'copy every known parameter into the link but page, which the cursor stands for',
    run: async (context) => {
      const { page, query, url } = await firstPage(context)
      const lost = [...new Set(query.keys())].filter(
        (name) => sorted(url.searchParams, name) !== sorted(query, name),
      )
      context.expect(lost.length === 0, page, 'every parameter as it was sent', `lost: ${lost}`)
      const path = linkWith(url, 'per_page', '2')
      const next = await context.send({ path, as: 'A' })
      if (!context.expectStatus(next, 200)) return
      const { world } = await listFixture(context)
      const [left] = idsIn(next)
      const one = idsIn(next).length === 1 && left === world.tasks.get('found')?.json.id
      context.expect(one, next, 'the one task that is left')
      context.expect(nextTarget(next) === undefined, next, 'no rel="next" at the end')
    },
  },
  'D-31': {
    promise: 'answers a cursor only for the owner, the filters and the order that made it',
    severity: 'medium',
    cells: bound.map(cellOf),
    fix: 'sign owner, filters and order with the place, and compare all of them',
    run: async (context) => {
      for (const exchange of (await refusals(context)).elsewhere)
        context.expectProblem(exchange, 'validation_failed')
    },
  },
})
