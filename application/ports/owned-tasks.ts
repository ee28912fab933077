import type { TaskPage, TaskQuery } from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Task, TaskChange, TaskDraft } from '../../domain/task.ts'

/** Where tasks are stored. A task can be reached through its owner only. */
export interface TaskStore {
  tasksOf(owner: Owner): OwnedTasks
}

/**
 * The tasks of one owner; no method takes another one. For an id that is unknown, malformed or somebody else's
 * the result is `undefined` in every case. Once a call resolves, its result is durable and visible to every
 * replica.
 *
 * Every call may reject with Fault `database_unavailable` or `overloaded` (nothing was written), and every
 * write with `outcome_unknown` (it may have been written).
 */
export interface OwnedTasks {
  /** Calls with the same key create one task, and all get the first outcome. */
  create(draft: TaskDraft, idempotency?: Idempotency): Promise<Outcome>
  list(query: TaskQuery): Promise<TaskPage>
  get(id: string): Promise<Task | undefined>
  /** Writes the given members only. Where they equal the stored ones, the version stays the same. */
  update(id: string, change: TaskChange, condition?: Precondition): Promise<Task | undefined>
  /** Sets `completed`, or toggles it when not given. */
  complete(id: string, how: Completion): Promise<Outcome | undefined>
  /** False where there was no such task. */
  remove(id: string, condition?: Precondition): Promise<boolean>
}

export interface Completion {
  completed?: boolean
  condition?: Precondition
  idempotency?: Idempotency
}

/** The task must have one of these versions; else Fault `precondition_failed`, and nothing is written. */
export type Precondition = readonly number[]

/**
 * An idempotency key, scoped to owner and operation, stored with the outcome for 24 hours. While the first call
 * with it runs, another one waits up to 2 s and then gets Fault `idempotency_key_in_use`. A different request
 * with the same key gets Fault `idempotency_key_reused`.
 */
export interface Idempotency {
  key: string
  /** a digest of the request, by which a different one is recognized */
  fingerprint: string
}

export interface Outcome {
  task: Task
  /** true when this is the outcome stored with the key */
  replayed: boolean
}
