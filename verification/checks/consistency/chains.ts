import { checksOf } from '../../engine/check.ts'
import type { TaskJson } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { Cell } from '../../engine/matrix.ts'
import { oncePerRun } from '../once-per-run.ts'
import { listRoute, orders } from '../orders.ts'
import { idsIn, nextTarget, nextUrl, pathOf, sameIds, tasksIn, totalIn } from '../tasks.ts'
import { about } from './expectations.ts'
import { listFixture } from './list-fixture.ts'

/** The tasks of the fixture that bear both tags; the first page leaves one of them, in every order in a tie. */
const TASKS_IN_ALL = 6
const ON_FIRST_PAGE = 5

const cellOf = ({ by, order }: { by: string; order: string }): Cell => ({
  ...{ route: listRoute, dimension: 'parameter' },
  value: `a cursor by ${by} ${order}`,
})

const both = async (context: Parameters<typeof listFixture>[0]) => {
  const { list, extra } = await listFixture(context)
  return `${list}&tag=${extra}`
}

/** What a task is sorted by, as text in the order of code points; undefined where there is nothing. */
const keyOf = (task: TaskJson, by: string): string | undefined => {
  const value = (task as unknown as Record<string, string | null>)[by] ?? undefined
  return by === 'priority' ? `${['low', 'medium', 'high'].indexOf(value ?? '')}` : value
}

/** Whether no task comes before the one it should follow; those without a key come last in either direction. */
export const isOrdered = (tasks: readonly TaskJson[], by: string, order: string): boolean =>
  tasks.every((task, index) => {
    const [one, other] = [keyOf(tasks[index - 1] ?? task, by), keyOf(task, by)]
    if (one === undefined || other === undefined) return other === undefined
    // UTF-8 keeps the order of code points.
    const compared = Buffer.compare(Buffer.from(one), Buffer.from(other))
    return order === 'asc' ? compared <= 0 : compared >= 0
  })

/** Where keys tie, are missing or are sorted by characters; by times I-32 follows. */
const chained = orders.filter(({ by }) => !by.endsWith('_at'))

/** Every order by cursor from the first page to the last. */
const chains = oncePerRun(async (context) => {
  const path = await both(context)
  return Promise.all(
    chained.map(async (order) => {
      const covers = [cellOf(order)]
      const asked = `${path}&${order.query}&per_page=${ON_FIRST_PAGE}`
      const first = await context.send({ path: asked, as: 'A' })
      const url = nextUrl(context, first)
      const rest = url && (await context.send({ path: pathOf(url), as: 'A', covers }))
      return { order, pages: [first, ...(rest ? [rest] : [])] }
    }),
  )
})

export const ofChains = checksOf(about, {
  'D-32': {
    promise: 'leads by cursor to every task once and in order, whatever it is sorted by',
    severity: 'high',
    cells: chained.map(cellOf),
    fix: 'continue after sort key and id together, with a case for no key; sort text by code point',
    run: async (context) => {
      const { tasks } = await listFixture(context)
      const expected = [...tasks].filter(([name]) => name !== 'untagged').map(([, { id }]) => id)
      for (const { order, pages } of await chains(context)) {
        const [first, last] = [pages[0], pages.at(-1)] as [Exchange, Exchange]
        for (const page of pages) context.expectStatus(page, 200)
        const [all, seen] = [pages.flatMap(tasksIn), pages.flatMap(idsIn)]
        const ordered = isOrdered(all, order.by, order.order)
        context.expect(sameIds(seen, expected), last, `each of ${expected.length} tasks once`)
        context.expect(ordered, last, `all of it by ${order.by} ${order.order}`, 'another order')
        context.expect(pages.length === 2, first, 'a page after the first')
        context.expect(nextTarget(last) === undefined, last, 'no rel="next" at the end')
        const counted = [totalIn(last), (last.response?.json as { page?: unknown })?.page]
        context.expect(!counted.some((it) => it !== undefined), last, 'neither total nor page')
      }
    },
  },
  'D-33': {
    promise: 'tells of a next page only where there is one, however full the last one is',
    severity: 'low',
    fix: 'ask for one task more than the page holds, and make the link of it',
    run: async (context) => {
      const path = await both(context)
      const read = (query: string) => context.send({ path: `${path}&${query}`, as: 'A' })
      const half = TASKS_IN_ALL / 2
      const [first, second, whole, beyond] = await Promise.all([
        // By the other spelling of the path, which leads to the same page.
        context.send({ path: `${path.replace('?', '/?')}&per_page=${half}`, as: 'A' }),
        read(`per_page=${half}&page=2`),
        read(`per_page=${TASKS_IN_ALL}`),
        read(`per_page=${half}&page=3`),
      ])
      const url = nextUrl(context, first)
      context.expect(url !== undefined, first, 'rel="next" while there is more')
      const followed = url && (await context.send({ path: pathOf(url), as: 'A' }))
      for (const [page, size] of [
        [second, half],
        [whole, TASKS_IN_ALL],
        [beyond, 0],
        ...(followed ? [[followed, half] as const] : []),
      ] as const) {
        context.expectStatus(page, 200)
        context.expect(idsIn(page).length === size, page, `${size} tasks`)
        context.expect(nextTarget(page) === undefined, page, 'no rel="next": nothing is left')
      }
      for (const page of [first, second, whole, beyond])
        context.expect(totalIn(page) === TASKS_IN_ALL, page, `total ${TASKS_IN_ALL}`)
    },
  },
})
