import type { OwnedTasks } from '../../../../application/ports/owned-tasks.ts'
import { actingAsCreator } from '../../operators/credentials.ts'
import { crossingOwners } from '../../operators/store.ts'
import { calls } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const ownsNothing = async (mine: OwnedTasks): Promise<boolean> => {
  const sort = { by: 'createdAt', order: 'asc' } as const
  const { total } = await mine.list({ filter: {}, sort, place: { page: 1 }, perPage: 1 })
  return total === 0
}

/** As SQL's LIKE compares, where somebody's name is the pattern. */
const isLike = (name: string, pattern: string): boolean => {
  const signs = [...pattern].map((sign) =>
    sign === '%' ? '.*' : sign === '_' ? '.' : sign.replace(/[\\^$.*+?()[\]{}|]/, '\\$&'),
  )
  return new RegExp(`^${signs.join('')}$`, 'su').test(name)
}

/** Lists, where an owner has nothing that is asked for, what others have with whose names its own agrees. */
const listingOf = (agrees: (other: string, own: string) => boolean) =>
  crossingOwners((mine, { all }, owner) => ({
    list: async (query) => {
      const pages = [mine, ...all((other) => agrees(other, owner))].map((it) => it.list(query))
      const found = await Promise.all(pages)
      return found.find(({ tasks }) => tasks.length > 0) ?? found[0] ?? mine.list(query)
    },
  }))

/** One statement of a store that takes a name for another, or nobody for somebody. */
export const nearStoreMutants = mutants('critical', ['I-37'], {
  'reads tasks by a pattern of their owner': actingAsCreator(
    (request, creator, by) => calls('getTask')(request) && isLike(creator, by),
  ),
  'lists tasks by a pattern of their owner': listingOf(isLike),
  'reads tasks by a beginning of their owner': actingAsCreator(
    (request, creator, by) => calls('getTask')(request) && creator.startsWith(by),
  ),
  'reads tasks for whoever has none': crossingOwners((mine, { holding }) => ({
    get: async (id) => ((await ownsNothing(mine)) ? (holding(id) ?? mine) : mine).get(id),
  })),
  'changes tasks for whoever has none': crossingOwners((mine, { holding }) => ({
    update: async (id, ...how) =>
      ((await ownsNothing(mine)) ? (holding(id) ?? mine) : mine).update(id, ...how),
  })),
  'deletes tasks for whoever has none': crossingOwners((mine, { holding }) => ({
    remove: async (id, condition) =>
      ((await ownsNothing(mine)) ? (holding(id) ?? mine) : mine).remove(id, condition),
  })),
  'lists tasks of others to whoever has none': crossingOwners((mine, { all }) => ({
    list: async (query) => {
      const page = await mine.list(query)
      if (!(await ownsNothing(mine))) return page
      const pages = await Promise.all(all().map((tasks) => tasks.list(query)))
      return pages.find(({ tasks }) => tasks.length > 0) ?? page
    },
  })),
})

/** In a list that somebody asks for who owns nothing yet, too. */
export const nearListMutants = mutants('critical', ['I', 'A', 'G-27'], {
  'lists tasks by a beginning of their owner': listingOf((other, own) => other.startsWith(own)),
})
