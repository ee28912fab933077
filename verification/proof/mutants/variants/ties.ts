import { sortValue, type TaskOrder } from '../../../../domain/listing.ts'
import type { Task } from '../../../../domain/task.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

/** The tasks in the same order, but those with equal keys the other way round. */
const tiesReversed = (tasks: readonly Task[], { by }: TaskOrder): Task[] => {
  const runs: Task[][] = []
  for (const task of tasks) {
    const run = runs.at(-1)
    const [first] = run ?? []
    if (run && first && sortValue(first, by) === sortValue(task, by)) run.unshift(task)
    else runs.push([task])
  }
  return runs.flat()
}

/** A list in which ties go by id, but against the direction of the order. */
export const tieVariants = mutants('low', [], {
  'orders ties the other way': overriding((mine) => ({
    list: async (query) => {
      const { place, sort, perPage } = query
      const keyOf = (task: Task) => sortValue(task, sort.by)
      const all = await mine.list({ ...query, place: { page: 1 }, perPage: 1e6 })
      /** Those with its key that come before it otherwise, then those behind. */
      const behind = async ({ key, id }: { key: unknown; id: string }) => {
        const { tasks: rest } = await mine.list({ ...query, perPage: 1e6 })
        const passed = new Set([id, ...rest.map((task) => task.id)])
        const ties = all.tasks.filter((task) => keyOf(task) === key && !passed.has(task.id))
        return [...ties, ...rest.filter((task) => keyOf(task) !== key)]
      }
      const tasks = tiesReversed(
        'page' in place ? all.tasks : await behind(place.after),
        sort,
      ).slice('page' in place ? (place.page - 1) * perPage : 0)
      const page = tasks.slice(0, perPage)
      const last = page.at(-1)
      return {
        tasks: page,
        ...('page' in place && { total: all.tasks.length }),
        ...(last && tasks.length > perPage && { next: { key: keyOf(last), id: last.id } }),
      }
    },
  })),
})
