import type { OwnedTasks } from '../../../../application/ports/owned-tasks.ts'
import type { TaskPage, TaskQuery } from '../../../../domain/listing.ts'
import { crossingOwners, overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

export const listingOf = async (all: OwnedTasks[], query: TaskQuery): Promise<TaskPage> => {
  const pages = await Promise.all(all.map((tasks) => tasks.list(query)))
  return {
    tasks: pages.flatMap(({ tasks }) => tasks),
    total: pages.reduce((sum, { total = 0 }) => sum + total, 0),
  }
}

/** Lists the tasks of all where the query is of this kind. */
export const listingAll = (when: (query: TaskQuery) => boolean) =>
  crossingOwners((mine, { all }) => ({
    list: (query) => (when(query) ? listingOf(all(), query) : mine.list(query)),
  }))

/** Lists that hold what is not the owner's, or not any more. */
export const listMutants = mutants('critical', ['I'], {
  'lists everybody’s tasks': listingAll(() => true),
  'searches in everybody’s tasks': listingAll(({ filter }) => filter.search !== undefined),
  'filters everybody’s tasks by tag': listingAll(({ filter }) => filter.tags !== undefined),
  'forgets the owner on pages after the first': listingAll(({ place }) => 'after' in place),
  'counts everybody’s tasks': {
    severity: 'high',
    ...crossingOwners((mine, { all }) => ({
      list: async (query) => {
        const page = await mine.list(query)
        const { total = 0 } = await listingOf(all(), query)
        return page.total === undefined ? page : { ...page, total }
      },
    })),
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
