import { checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { idsIn } from '../tasks.ts'
import { about } from './expectations.ts'
import { listFixture, type Seed, seeded } from './list-fixture.ts'

const expectSeeds = async (context: CheckContext, page: Exchange, names: readonly Seed[]) => {
  const { tasks } = await listFixture(context)
  if (!context.expectStatus(page, 200)) return
  const nameOf = (id: string) => [...tasks].find(([, task]) => task.id === id)?.[0] ?? 'another'
  const seen = idsIn(page).map(nameOf).sort().join()
  const expected = [...names].sort().join()
  context.expect(seen === expected, page, `the tasks called ${expected}`, `those called ${seen}`)
}

export const ofFilters = checksOf(about, {
  'D-08': {
    promise: 'makes as many different tasks as are created at once',
    severity: 'high',
    fix: 'make ids that need no coordination, and wait for a connection instead of failing',
    run: async (context) => {
      const { created, ids } = await seeded(context)
      for (const exchange of created) context.expectStatus(exchange, 201)
      const last = created.at(-1) as Exchange
      context.expect(new Set(ids).size === ids.length, last, `${ids.length} different ids`)
    },
  },
  'D-18': {
    promise: 'filters by every member it names, and takes % and _ for what they are',
    severity: 'medium',
    fix: 'join all conditions with AND, and escape what the pattern language knows',
    run: async (context) => {
      const { list, extra } = await listFixture(context)
      const read = (query: string) => context.send({ path: `${list}&${query}`, as: 'A' })
      const [ranged, searched] = await Promise.all([
        read('priority=high,low&due_after=2030-01-15&due_before=2030-01-15'),
        read(`completed=true&search=rate+5%25_oFF&tag=%20${extra.toUpperCase()}%20&tag=${extra}`),
      ])
      await expectSeeds(context, ranged, ['found'])
      await expectSeeds(context, searched, ['found'])
    },
  },
})
