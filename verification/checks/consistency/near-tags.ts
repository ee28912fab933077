import { checksOf } from '../../engine/check.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { idsIn, sameIds, taskIn } from '../tasks.ts'
import { about } from './expectations.ts'
import { COMPOSED, DECOMPOSED, listFixture, seeded } from './list-fixture.ts'

export const ofNearTags = checksOf(about, {
  'D-40': {
    promise: 'takes tags for one where only case and blanks differ, and finds by whole tags alone',
    severity: 'medium',
    fix: 'trim and lower-case tags and nothing more; compare them for equality, never by pattern',
    run: async (context) => {
      const { list } = await listFixture(context)
      const { created, steps } = await seeded(context)
      const of = (name: string) => created[steps.findIndex(({ task }) => task === name)] as Exchange
      const both = of('early')
      const tags = [COMPOSED, DECOMPOSED, 'a,b']
      const kept = taskIn(both).tags?.slice(-tags.length).join(' ') === tags.join(' ')
      context.expect(kept, both, 'tags that differ by Unicode form, both kept')
      const ids = [both, of('found')].map((it) => taskIn(it).id as string)
      const finds: Readonly<Record<string, string[]>> = {
        [COMPOSED.toUpperCase()]: ids.slice(0, 1),
        [` ${DECOMPOSED} `]: ids,
        'a,b': ids.slice(0, 1),
        a: [],
        'caf_%': [],
      }
      await Promise.all(
        Object.entries(finds).map(async ([tag, expected]) => {
          const path = `${list}&${new URLSearchParams({ tag })}`
          const page = await context.send({ path, as: 'A' })
          if (!context.expectStatus(page, 200)) return
          const found = sameIds(idsIn(page), expected)
          context.expect(found, page, `${expected.length} tasks`, `${idsIn(page).length} tasks`)
        }),
      )
    },
  },
})
