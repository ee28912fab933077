import { randomUUID } from 'node:crypto'
import type { TaskQuery } from '../../../domain/listing.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { type TaskDraft, validDraft } from '../../../domain/task.ts'
import type { Idempotency, TaskStore } from '../owned-tasks.ts'

/** A part of what a task store must do, as tests. Each test has owners of its own. */
export type ContractTests = (tasksOf: TaskStore['tasksOf']) => void

export const newOwner = (): Owner => ownerOf(`someone-${randomUUID()}`) as Owner

export const draft = (title: string, rest: Partial<TaskDraft> = {}): TaskDraft =>
  validDraft({ title, ...rest })

/** The first page of 20, newest first, unless told otherwise. */
export const query = (rest: Partial<TaskQuery> = {}): TaskQuery => ({
  filter: {},
  sort: { by: 'createdAt', order: 'desc' },
  place: { page: 1 },
  perPage: 20,
  ...rest,
})

export const fault = (code: string) => ({ name: 'Fault', code })

export const keyed = (key: string, fingerprint = 'the same request'): Idempotency => ({
  key,
  fingerprint,
})

/** So many calls in parallel. */
export const atOnce = <T>(times: number, act: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, n) => act(n)))

/** The id of no task, well-formed. */
export const missingId = '01890a5d-ac96-774b-bcce-b302099a8057'
