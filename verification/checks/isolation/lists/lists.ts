import { checksOf } from '../../../engine/check.ts'
import { TASKS } from '../../../engine/check-context.ts'
import { refusals } from '../../consistency/cursors.ts'
import { idsIn, sameIds, totalIn } from '../../tasks.ts'
import { about, fixture } from '../fixture.ts'
import { expectNone, expectOnly, pages, sameAddress } from './pages.ts'

const aboutLists = {
  ...about,
  fix: 'put the owner into every query of the list: the page, the count, the search and the cursor',
} as const

/** What lists, searches and cursors hold. */
export const lists = checksOf(aboutLists, {
  'I-01': {
    promise: 'lists to a user what is theirs and nothing else, on every page and by cursor',
    severity: 'critical',
    run: async (context) => {
      const { mine } = await fixture(context)
      const { first, second, followed } = await pages(context)
      const seen = [...idsIn(first), ...idsIn(second)]
      context.expect(sameIds(seen, mine), second, 'two pages that hold just the tasks of A')
      for (const page of [first, second]) expectOnly(context, page, idsIn(page))
      if (context.expect(followed !== undefined, first, 'a Link to the next page') && followed)
        expectOnly(context, followed, idsIn(second))
    },
  },
  'I-16': {
    promise: 'never takes the owner from the query or from a header',
    severity: 'critical',
    fix: 'take the owner from the token alone',
    run: async (context) => {
      const { earlier, mine } = await fixture(context)
      expectOnly(context, earlier, mine)
    },
  },
  'I-17': {
    promise: 'never finds by title or description what another user wrote',
    severity: 'critical',
    run: async (context) => {
      const { b } = await fixture(context)
      expectNone(context, await context.send({ path: `${TASKS}?search=${b.title}`, as: 'A' }))
    },
  },
  'I-18': {
    promise: 'refuses a cursor that was made for another user',
    severity: 'critical',
    run: async (context) => {
      const borrowed = (await refusals(context)).elsewhere.filter(({ as }) => as === 'B')
      for (const exchange of borrowed) context.expectProblem(exchange, 'validation_failed')
    },
  },
  'I-19': {
    promise: 'counts for a user only what is theirs, however much others create',
    severity: 'high',
    run: async (context) => {
      const { earlier, mine } = await fixture(context)
      for (const page of [earlier, (await pages(context)).first]) {
        const total = totalIn(page)
        context.expect(total === mine.length, page, `total ${mine.length}`, `total ${total}`)
      }
    },
  },
  'I-25': {
    promise: 'never serves one user what was answered to another at the same address',
    severity: 'critical',
    fix: 'remove caches and per-connection state between the token and the query',
    run: async (context) => {
      const { b, busy, mine } = await fixture(context)
      const { ofA, ofB, ofNobody } = await sameAddress(context)
      expectOnly(context, ofB, [b.id, busy.id])
      expectOnly(context, ofA, mine)
      context.expectProblem(ofNobody, 'token_missing')
    },
  },
})
