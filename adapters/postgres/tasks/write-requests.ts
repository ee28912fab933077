import type { Precondition } from '../../../application/ports/owned-tasks.ts'
import type { TaskDraft } from '../../../domain/task.ts'
import type { Request } from './batches.ts'
import type { ChangeParameters } from './change-statement.ts'

/** A request for one task. */
export interface TaskRequest extends Request {
  about: string
}

export interface CreateRequest extends TaskRequest {
  draft: TaskDraft
}

export interface ChangeRequest extends TaskRequest {
  change: Omit<ChangeParameters, 'owner' | 'id'>
}

export interface RemoveRequest extends TaskRequest {
  condition: Precondition | undefined
}
