import { countingAll, listingAll } from '../../operators/lists.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

/** Lists that hold what is not the owner's, or not any more. */
export const listMutants = mutants('critical', ['I'], {
  'lists everybody’s tasks': listingAll(() => true),
  'searches in everybody’s tasks': listingAll(({ filter }) => filter.search !== undefined),
  'filters everybody’s tasks by tag': listingAll(({ filter }) => filter.tags !== undefined),
  'forgets the owner on pages after the first': listingAll(({ place }) => 'after' in place),
  'counts everybody’s tasks': {
    severity: 'high',
    ...countingAll(() => true),
  },
  'shows deleted tasks in lists': {
    severity: 'high',
    caughtBy: ['I', 'D'],
    ...overriding((mine) => {
      const deleted = new Set<string>()
      return {
        get: async (id) => (deleted.has(id) ? undefined : mine.get(id)),
        update: async (id, ...how) => (deleted.has(id) ? undefined : mine.update(id, ...how)),
        complete: async (id, how) => (deleted.has(id) ? undefined : mine.complete(id, how)),
        remove: async (id) => {
          if (deleted.has(id) || !(await mine.get(id))) return false
          deleted.add(id)
          return true
        },
      }
    }),
  },
})
