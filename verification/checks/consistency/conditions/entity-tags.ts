import { checksOf } from '../../../engine/check.ts'
import { etagIn, taskIn } from '../../tasks.ts'
import { about, at, expectChanged, expectLike, expectTag } from '../expectations.ts'
import { changeCells, edits, idleCell, writers } from './edits.ts'
import { readingCells, reread } from './reread.ts'

export const ofEntityTags = checksOf(about, {
  'D-24': {
    promise: 'gives a new ETag and a later updated_at for a change of any member by any operation',
    severity: 'high',
    cells: writers.flatMap(changeCells),
    fix: 'count every change of the row, whichever columns and whichever statement',
    run: async (context) => {
      const steps = (await edits(context)).flatMap((it) => it.steps)
      for (const { change, before, after } of steps) {
        expectLike(context, after, before, [...Object.keys(change), 'updated_at'])
        const [now, then] = [taskIn(after), taskIn(before)]
        expectChanged(context, after, change)
        expectTag(context, after, etagIn(before), false)
        const later = at(now.updated_at) > at(then.updated_at)
        context.expect(later, after, `updated_at after ${then.updated_at}`, `${now.updated_at}`)
      }
    },
  },
  'D-25': {
    promise: 'leaves ETag and updated_at alone where any operation is told what is so already',
    severity: 'medium',
    cells: writers.map(idleCell),
    fix: 'let the UPDATE touch no row whose values are the same, however many are named',
    run: async (context) => {
      for (const { last, idle } of await edits(context))
        for (const seen of idle) {
          expectLike(context, seen, last)
          expectTag(context, seen, etagIn(last))
        }
    },
  },
  'D-26': {
    promise: 'has one ETag for one state, whoever tells it, and says 304 to all who know the state',
    severity: 'medium',
    cells: readingCells,
    fix: 'derive the tag from the version alone, and answer HEAD and 304 with the headers of GET',
    run: async (context) => {
      for (const { last, read } of await edits(context)) expectTag(context, read, etagIn(last))
      const { etag, head, known } = await reread(context)
      context.expectStatus(head, 200)
      expectTag(context, head, etag)
      for (const seen of known) {
        context.expectStatus(seen, 304)
        context.expect(seen.response?.body.length === 0, seen, 'no body')
        expectTag(context, seen, etag)
      }
    },
  },
})
