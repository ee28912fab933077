import { taskPage } from '../../../adapters/memory/task-page.ts'
import type { OwnedTasks } from '../../../application/ports/owned-tasks.ts'
import type { TaskPage, TaskQuery } from '../../../domain/listing.ts'
import type { Task } from '../../../domain/task.ts'
import { crossingOwners, overriding } from './store.ts'

/** A store that changes the tasks of a page, and its total where one is given. */
export const mapPage = (
  change: (tasks: readonly Task[], query: Parameters<OwnedTasks['list']>[0]) => Task[],
  total: (page: TaskPage & { total: number }, left: readonly Task[]) => number = ({ total }) =>
    total,
) =>
  overriding((mine) => ({
    list: async (query) => {
      const page = await mine.list(query)
      const tasks = change(page.tasks, query)
      const { total: counted } = page
      return {
        ...page,
        tasks,
        ...(counted !== undefined && { total: total({ ...page, total: counted }, tasks) }),
      }
    },
  }))

/** All tasks that an owner has. */
export const everything = async (tasks: OwnedTasks): Promise<readonly Task[]> => {
  const sort = { by: 'createdAt', order: 'asc' } as const
  const page = await tasks.list({ filter: {}, sort, place: { page: 1 }, perPage: 1e6 })
  return page.tasks
}

/** A store whose lists hold what is the owner's, and whatever `leaks` of everybody's tasks. */
export const leaking = (leaks: (query: TaskQuery) => undefined | ((task: Task) => boolean)) =>
  crossingOwners((mine, { all }) => ({
    list: async (query) => {
      const leak = leaks(query)
      if (!leak) return mine.list(query)
      const own = await everything(mine)
      const everybodys = (await Promise.all(all().map(everything))).flat()
      const foreign = everybodys.filter(({ id }) => own.every((it) => it.id !== id))
      return taskPage([...own, ...foreign.filter(leak)], query)
    },
  }))

/** A store that forgets the owner in some lists. */
export const listingAll = (when: (query: TaskQuery) => boolean) =>
  leaking((query) => (when(query) ? () => true : undefined))

/** A store that counts everybody's tasks for the total of some lists. */
export const countingAll = (when: (query: TaskQuery) => boolean) =>
  crossingOwners((mine, { all }) => ({
    list: async (query) => {
      const page = await mine.list(query)
      if (page.total === undefined || !when(query)) return page
      const pages = await Promise.all(all().map((tasks) => tasks.list(query)))
      return { ...page, total: pages.reduce((sum, { total = 0 }) => sum + total, 0) }
    },
  }))
