import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { idsIn, post, sameIds, taskIn } from '../tasks.ts'
import { about } from './expectations.ts'

const COMPOSED = 'caf\u00e9'
const DECOMPOSED = 'cafe\u0301'

export const ofNearTags = checksOf(about, {
  'D-40': {
    promise: 'takes tags for one where only case and blanks differ, and finds by whole tags alone',
    severity: 'medium',
    fix: 'trim and lower-case tags and nothing more; compare them for equality, never by pattern',
    run: async (context) => {
      const common = `near-${context.runId}`
      const [both, one] = await Promise.all([
        post(context, 'A', { tags: [common, COMPOSED, DECOMPOSED, 'a,b'] }),
        post(context, 'A', { tags: [common, ` ${DECOMPOSED.toUpperCase()}\t`] }),
      ])
      for (const made of [both, one])
        context.control(made.response?.status === 201, made, 'a task can be created')
      const [first, second] = [taskIn(both), taskIn(one)]
      const kept = first.tags?.slice(-3).join(' ') === [COMPOSED, DECOMPOSED, 'a,b'].join(' ')
      context.expect(kept, both, 'tags that differ by Unicode form, both kept')
      const ids = [first.id, second.id] as string[]
      const finds: Readonly<Record<string, string[]>> = {
        [COMPOSED.toUpperCase()]: ids.slice(0, 1),
        [` ${DECOMPOSED} `]: ids,
        'a,b': ids.slice(0, 1),
        a: [],
        'caf_%': [],
      }
      await Promise.all(
        Object.entries(finds).map(async ([tag, expected]) => {
          const query = new URLSearchParams([
            ['tag', common],
            ['tag', tag],
          ])
          const page = await context.send({ path: `${TASKS}?${query}`, as: 'A' })
          if (!context.expectStatus(page, 200)) return
          const found = sameIds(idsIn(page), expected)
          context.expect(found, page, `${expected.length} tasks`, `${idsIn(page).length} tasks`)
        }),
      )
    },
  },
})
