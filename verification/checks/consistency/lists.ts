import { checksOf } from '../../engine/check.ts'
import type { TaskJson } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { idsIn, nextTarget, nextUrl, sameIds, tasksIn, totalIn } from '../tasks.ts'
import { about } from './expectations.ts'
import { cursorPages, listFixture, numberedPages } from './list-fixture.ts'

const rank = (task: TaskJson): number => ['low', 'medium', 'high'].indexOf(task.priority)

/** Whether none comes before its predecessor. */
const rising = (values: readonly (number | string)[]): boolean =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] as typeof value))

/** Due dates as they must rise: where there is none, after all others in either direction. */
const dues = (tasks: readonly TaskJson[], descending: boolean): string[] => {
  const turned = (date: string) =>
    descending ? `${99999999 - Number(date.replace(/-/g, ''))}` : date
  return tasks.map(({ due_date }) => (due_date === null ? '~' : turned(due_date)))
}

export const ofLists = checksOf(about, {
  'D-11': {
    promise: 'numbers pages that together hold every task once, by priority as it is meant',
    severity: 'medium',
    fix: 'end every order with the id, and count under the same condition',
    run: async (context) => {
      const { ids } = await listFixture(context)
      const { first, second } = await numberedPages(context)
      for (const page of [first, second]) {
        if (!context.expectStatus(page, 200)) return
        const total = totalIn(page)
        context.expect(total === ids.length, page, `total ${ids.length}`, `total ${total}`)
      }
      const sizes = [first, second].map((page) => idsIn(page).length).join()
      context.expect(sizes === '4,3', second, 'pages of 4 and 3', `pages of ${sizes}`)
      const seen = [...idsIn(first), ...idsIn(second)]
      context.expect(sameIds(seen, ids), second, 'every task once')
      const ranks = [...tasksIn(first), ...tasksIn(second)].map(rank)
      context.expect(rising(ranks), second, 'low before medium before high', ranks.join())
      context.expect(nextTarget(first) !== undefined, first, 'rel="next" while there is more')
      context.expect(nextTarget(second) === undefined, second, 'no rel="next" at the end')
    },
  },
  'D-16': {
    promise: 'neither skips nor repeats a task by cursor while others come and go',
    severity: 'high',
    fix: 'continue after the sort key and id of the last task, null keys included',
    run: async (context) => {
      const { ids } = await listFixture(context)
      const { pages, passed } = await cursorPages(context)
      const last = pages.at(-1) as Exchange
      for (const page of pages) context.expectStatus(page, 200)
      const [seen, whole] = [pages.flatMap(idsIn), [...ids, passed]]
      const once = sameIds(seen, whole)
      context.expect(once, last, `each of ${whole.length} tasks once`, `${seen.length}`)
      const falling = rising(dues(pages.flatMap(tasksIn), true))
      context.expect(falling, last, 'the latest due date first, none last')
      context.expect(nextTarget(last) === undefined, last, 'an end')
      for (const page of pages.slice(1)) {
        const json = page.response?.json as Record<string, unknown> | undefined
        context.expect(json?.per_page === 3, page, 'per_page kept')
        const counted = json && ('total' in json || 'page' in json)
        context.expect(!counted, page, 'neither total nor page')
      }
    },
  },
  'D-19': {
    promise: 'puts tasks without a due date last',
    severity: 'low',
    fix: 'say NULLS LAST in both directions',
    run: async (context) => {
      const { byDue } = await numberedPages(context)
      if (!context.expectStatus(byDue, 200)) return
      const order = dues(tasksIn(byDue), false)
      context.expect(rising(order), byDue, 'the earliest due date first, none last', order.join())
    },
  },
  'D-21': {
    promise: 'never lets a caller choose where its links lead',
    severity: 'medium',
    fix: 'make Link and Location relative, or absolute from configuration',
    run: async (context) => {
      const { misnamed, elsewhere } = await numberedPages(context)
      const { pages } = await cursorPages(context)
      const led = misnamed.response?.rawHeaders.includes(elsewhere) === true
      // What routes by Host may keep it from the service (contract §1).
      if (!misnamed.edge)
        context.expect(!led, misnamed, 'no header that names the host of the caller')
      const url = nextUrl(context, pages[0] as Exchange)
      const kept =
        url &&
        ['tag', 'sort_by', 'sort_order', 'per_page'].every((name) => url.searchParams.has(name))
      context.expect(
        kept === true && !url.searchParams.has('page'),
        pages[0] as Exchange,
        'every parameter kept, and a cursor in place of page',
      )
    },
  },
})
