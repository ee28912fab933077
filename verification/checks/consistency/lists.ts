import { isDeepStrictEqual } from 'node:util'
import { checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { nextTarget, nextUrl, tasksIn } from '../tasks.ts'
import { type Answered, asked } from './asked.ts'
import { unheardBy } from './conditions/condition.ts'
import { about } from './expectations.ts'
import { listFixture, seeded } from './list-fixture.ts'

/** Whatever the model of the walks has against these answers, each named by what was asked for. */
const expectRight = (context: CheckContext, answers: readonly Answered[]): void => {
  for (const { exchange, flaw } of answers)
    context.expect(flaw === undefined, exchange, `${flaw?.expected}`, flaw?.observed)
}

const isFurther = ({ row }: Answered) => (row.page ?? 1) > 1
const isByDue = ({ row }: Answered) => row.query.sort_by === 'due_date'

/** All that there is on one page, told by HEAD. */
export const fullPage = oncePerRun(async (context) => {
  const { list, ids } = await listFixture(context)
  await asked(context)
  // As many as there were: one went and one came.
  const path = `${list}&per_page=${ids.length}`
  return context.send({ method: 'HEAD', path, as: 'A', ...unheardBy('listTasks', 'HEAD') })
})

const ELSEWHERE = 'elsewhere.example'

/**
 * The last changed ones, asked for under a name that is not the server's, and plainly where that is refused, which may be
 * in any form (contract §1): by an edge, by the application, or by no answer at all.
 */
const misnamedPage = oncePerRun(async (context) => {
  const { list, ids } = await listFixture(context)
  await asked(context)
  // Whatever ends TLS goes by Host, so there only the forwarded name can lie.
  const plain = context.settings.target.protocol === 'http:'
  const host: [string, string][] = plain ? [['Host', ELSEWHERE]] : []
  // As many as there were, but for one: one went, one came, and one was changed.
  const request: HttpRequest = {
    path: `${list}&sort_by=updated_at&page=1&per_page=${ids.length - 1}`,
    as: 'A',
  }
  const misnamed = await context.send({
    ...request,
    headers: [
      ...host,
      ['X-Forwarded-Host', ELSEWHERE],
      ['X-Forwarded-Prefix', `/${ELSEWHERE}`],
      ['Forwarded', `host=${ELSEWHERE}`],
    ],
  })
  const isTaken = !misnamed.edge && misnamed.response?.status === 200
  return { misnamed, page: isTaken ? misnamed : await context.send(request) }
})

export const ofLists = checksOf(about, {
  'D-08': {
    promise: 'makes as many different tasks as are created at once',
    severity: 'high',
    fix: 'make ids that need no coordination, and wait for a connection instead of failing',
    run: async (context) => {
      const { created } = await seeded(context)
      for (const exchange of created) context.expectStatus(exchange, 201)
      const { ids } = await listFixture(context)
      const last = created.at(-1) as Exchange
      context.expect(new Set(ids).size === ids.length, last, `${ids.length} different ids`)
    },
  },
  'D-11': {
    promise: 'holds on every numbered page what is due there, with the total, however far it is',
    severity: 'medium',
    fix: 'end every order with the id, and count under the same condition',
    run: async (context) => expectRight(context, (await asked(context)).firsts.filter(isFurther)),
  },
  'D-18': {
    promise: 'filters, counts and sorts by any two filters at once in any order',
    severity: 'medium',
    fix: 'join all conditions with AND, and escape what the pattern language knows',
    run: async (context) =>
      expectRight(
        context,
        (await asked(context)).firsts.filter((it) => !isFurther(it) && !isByDue(it)),
      ),
  },
  'D-19': {
    promise: 'sorts by due date, tasks without one last in either direction',
    severity: 'low',
    fix: 'say NULLS LAST in both directions',
    run: async (context) =>
      expectRight(
        context,
        (await asked(context)).firsts.filter((it) => !isFurther(it) && isByDue(it)),
      ),
  },
  'D-16': {
    promise: 'neither skips nor repeats a task by cursor while others come, go and change',
    severity: 'high',
    fix: 'continue after the sort key and id that the last task had then, null keys included',
    run: async (context) => expectRight(context, (await asked(context)).follows),
  },
  'D-32': {
    promise: 'links every page to the next one, by every filter and in every order',
    severity: 'high',
    fix: 'make a cursor of sort key and id, with a case for no key, and keep every filter beside it',
    run: async (context) => {
      const { firsts, follows } = await asked(context)
      const due = firsts.filter(({ row, matches }) => row.isFollowed && matches > 1)
      for (const { row, exchange } of due) {
        const isLed = follows.some((it) => it.row === row)
        context.expect(isLed, exchange, 'a Link to the next page')
      }
    },
  },
  'D-33': {
    promise: 'tells of a next page only where there is one, however full the last one is',
    severity: 'low',
    fix: 'ask for one task more than the page holds, and make the link of it',
    run: async (context) => {
      const { firsts } = await asked(context)
      const full = firsts.filter(({ row }) => row.holds === 'all').map(({ exchange }) => exchange)
      for (const page of [await fullPage(context), ...full]) {
        context.expectStatus(page, 200)
        context.expect(nextTarget(page) === undefined, page, 'no rel="next": nothing is left')
      }
    },
  },
  'D-21': {
    promise: 'never lets a caller choose where its links lead',
    severity: 'medium',
    fix: 'make Link and Location relative, or absolute from configuration',
    run: async (context) => {
      const { misnamed, page } = await misnamedPage(context)
      const led = misnamed.response?.rawHeaders.includes(ELSEWHERE) === true
      if (misnamed.response && !misnamed.edge)
        context.expect(!led, misnamed, 'no header that names the host of the caller')
      const times = tasksIn(page).map(({ updated_at }) => updated_at)
      const isFalling = isDeepStrictEqual(times, times.toSorted().reverse())
      context.expect(isFalling, page, 'the last changed first', times.join(', '))
      const url = nextUrl(context, page)
      const kept = url && ['tag', 'sort_by', 'per_page'].every((it) => url.searchParams.has(it))
      context.expect(
        kept === true && !url.searchParams.has('page'),
        page,
        'every parameter kept, and a cursor in place of page',
      )
    },
  },
})
