import { Fault } from '../domain/fault.ts'
import { type TaskPage, type TaskQuery, validFilter } from '../domain/listing.ts'
import type { Owner } from '../domain/owner.ts'
import {
  type Task,
  type TaskChange,
  type TaskDraft,
  validChange,
  validDraft,
} from '../domain/task.ts'
import type {
  Completion,
  Idempotency,
  Outcome,
  Precondition,
  TaskStore,
} from './ports/owned-tasks.ts'

/** What an owner can do with their tasks. Values are validated before the store is used. */
export interface TaskKeeping {
  create(draft: NewTask, idempotency?: Idempotency): Promise<Outcome>
  list(query: TaskQuery): Promise<TaskPage>
  get(id: string): Promise<Task>
  update(id: string, change: TaskChange, condition?: Precondition): Promise<Task>
  complete(id: string, how: Completion): Promise<Outcome>
  remove(id: string, condition?: Precondition): Promise<void>
}

export type NewTask = Partial<TaskDraft> & Pick<TaskDraft, 'title'>

/**
 * The task use cases of one owner. Besides the faults of the store they throw `validation_failed`, and
 * `task_not_found` for any task that this owner does not have.
 */
export const keepTasks =
  (store: TaskStore) =>
  (owner: Owner): TaskKeeping => {
    const tasks = store.tasksOf(owner)
    return {
      create: async (draft, idempotency) => tasks.create(validDraft(draft), idempotency),
      list: async (query) => tasks.list({ ...query, filter: validFilter(query.filter) }),
      get: async (id) => found(await tasks.get(id)),
      update: async (id, change, condition) =>
        found(await tasks.update(id, validChange(change), condition)),
      complete: async (id, how) => found(await tasks.complete(id, how)),
      remove: async (id, condition) => {
        found((await tasks.remove(id, condition)) || undefined)
      },
    }
  }

const found = <T>(thing: T | undefined): T => {
  if (thing === undefined) throw new Fault('task_not_found')
  return thing
}
