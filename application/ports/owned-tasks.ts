import type { TaskPage, TaskQuery } from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Task, TaskChange, TaskDraft } from '../../domain/task.ts'

/** Where tasks are kept. There is no way to a task but through its owner. */
export interface TaskStore {
  tasksOf(owner: Owner): OwnedTasks
}

/**
 * One owner's tasks, in which no other person can be named: an id that is missing, malformed or somebody
 * else's is `undefined`, always and alike. What a call resolved to is durable and seen by every replica.
 *
 * Every call may reject with Fault `database_unavailable` or `overloaded` (nothing was done), and every
 * write with `outcome_unknown` (it may have been).
 */
export interface OwnedTasks {
  /** With a key: once for all callers that use it, who then get the first answer. */
  create(draft: TaskDraft, idempotency?: Idempotency): Promise<Outcome>
  list(query: TaskQuery): Promise<TaskPage>
  get(id: string): Promise<Task | undefined>
  /** Writes the named members only; a change that changes nothing leaves the version alone. */
  update(id: string, change: TaskChange, condition?: Precondition): Promise<Task | undefined>
  /** Sets `completed`, or toggles it when not given. */
  complete(id: string, how: Completion): Promise<Outcome | undefined>
  /** False where there was nothing to remove. */
  remove(id: string, condition?: Precondition): Promise<boolean>
}

export interface Completion {
  completed?: boolean
  condition?: Precondition
  idempotency?: Idempotency
}

/** Versions of which the task must have one; else Fault `precondition_failed` and nothing is written. */
export type Precondition = readonly number[]

/**
 * An idempotency key, scoped to owner and operation, kept 24 hours with the answer. While the first use is
 * running another one waits up to 2 s, then Fault `idempotency_key_in_use`; another request under the same
 * key is Fault `idempotency_key_reused`.
 */
export interface Idempotency {
  key: string
  /** a digest of everything that makes the request what it is */
  fingerprint: string
}

export interface Outcome {
  task: Task
  /** true when this is the answer recorded under the key */
  replayed: boolean
}
