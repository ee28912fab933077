import type { Precondition } from '../../../application/ports/owned-tasks.ts'
import type { Task, TaskChange } from '../../../domain/task.ts'
import { overriding } from './store.ts'

/** A store in which some changes leave the version of a task as it was. */
export const hidingVersions = (when: (change: TaskChange) => boolean) =>
  overriding((mine) => {
    const hidden = new Map<string, number>()
    const hiddenOf = (id: string) => hidden.get(id) ?? 0
    const told = (task: Task): Task => ({ ...task, version: task.version - hiddenOf(task.id) })
    const meant = (id: string, condition?: Precondition) =>
      condition?.map((version) => version + hiddenOf(id))
    const note = (before: Task | undefined, after: Task, change: TaskChange) => {
      if (before && after.version > before.version && when(change))
        hidden.set(after.id, hiddenOf(after.id) + 1)
      return told(after)
    }
    return {
      get: async (id) => {
        const task = await mine.get(id)
        return task && told(task)
      },
      update: async (id, change, condition) => {
        const before = await mine.get(id)
        const after = await mine.update(id, change, meant(id, condition))
        return after && note(before, after, change)
      },
      complete: async (id, { condition, ...how }) => {
        const before = await mine.get(id)
        const wanted = meant(id, condition)
        const outcome = await mine.complete(id, { ...how, ...(wanted && { condition: wanted }) })
        if (!outcome) return undefined
        const { completed } = outcome.task
        return { ...outcome, task: note(before, outcome.task, { completed }) }
      },
      remove: (id, condition) => mine.remove(id, meant(id, condition)),
    }
  })
