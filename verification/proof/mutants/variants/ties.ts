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
      const all = await mine.list({ ...query, place: { page: 1 }, perPage: 1e6 })
      const tasks = tiesReversed(all.tasks, sort)
      const from =
        'page' in place
          ? (place.page - 1) * perPage
          : tasks.findIndex(({ id }) => id === place.after.id) + 1
      const page = tasks.slice(from, from + perPage)
      const last = page.at(-1)
      return {
        tasks: page,
        ...('page' in place && { total: tasks.length }),
        ...(last &&
          tasks.length > from + perPage && {
            next: { key: sortValue(last, sort.by), id: last.id },
          }),
      }
    },
  })),
})
