import { checksOf } from '../../../engine/check.ts'
import type { CheckContext } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { asked, firstCell, nextCell } from '../../consistency/asked.ts'
import { rows } from '../../consistency/rows.ts'
import { idsIn, nextTarget, tasksIn, totalIn } from '../../tasks.ts'
import { contested } from '../attack.ts'
import { about, fixture } from '../fixture.ts'

const aboutBranches = {
  ...about,
  fix: 'put the owner into the one condition that all queries of the list share, around every OR',
} as const

const expectOwn = (context: CheckContext, page: Exchange): void => {
  const { users } = context.settings
  const subject = users?.[page.as === 'B' ? 'b' : 'a'].subject
  const foreign = tasksIn(page).filter(({ user_id }) => user_id !== subject)
  context.expect(
    foreign.length === 0,
    page,
    'tasks of its caller alone',
    `${foreign.length} others`,
  )
}

export const everyBranch = checksOf(aboutBranches, {
  'I-31': {
    promise: 'lists and counts only what is its caller’s, by any two filters and in every order',
    severity: 'critical',
    cells: rows.map(firstCell),
    run: async (context) => {
      for (const { exchange, matches } of (await asked(context)).firsts) {
        if (!context.expectStatus(exchange, 200)) continue
        expectOwn(context, exchange)
        const total = totalIn(exchange)
        context.expect(total === matches, exchange, `total ${matches}`, `total ${total}`)
      }
    },
  },
  'I-32': {
    promise: 'leads by cursor to what is its caller’s alone, by every filter and in every order',
    severity: 'critical',
    cells: rows.filter(({ isFollowed }) => isFollowed).map(nextCell),
    run: async (context) => {
      for (const { exchange, flaw } of (await asked(context)).follows) {
        if (!context.expectStatus(exchange, 200)) continue
        expectOwn(context, exchange)
        // Whatever name it bears, nothing else belongs there.
        context.expect(flaw === undefined, exchange, `${flaw?.expected}`, flaw?.observed)
      }
    },
  },
  'I-33': {
    promise: 'shows nobody another’s tasks where nothing is asked for, nor that there are any',
    severity: 'critical',
    run: async (context) => {
      const { mine, b, busy, list } = await fixture(context)
      const { listed: whole } = await contested(context)
      const [far, head] = await Promise.all([
        context.send({ path: `${list}&per_page=1&page=1000`, as: 'A' }),
        context.send({ method: 'HEAD', path: `${list}&per_page=${mine.length}`, as: 'A' }),
      ])
      context.expectStatus(whole, 200)
      const foreign = idsIn(whole).filter((id) => id === b.id || id === busy.id)
      context.expect(foreign.length === 0, whole, 'no task of B', `${foreign.length} of them`)
      expectOwn(context, whole)
      const total = totalIn(far)
      context.expect(total === mine.length, far, `total ${mine.length}`, `total ${total}`)
      // The one thing that HEAD tells of a list.
      context.expectStatus(head, 200)
      context.expect(nextTarget(head) === undefined, head, 'no rel="next": A has no more')
    },
  },
})
