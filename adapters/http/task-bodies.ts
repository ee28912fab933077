import type { Static } from 'typebox'
import { sortKeys, type TaskFilter, type TaskOrder } from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import { draftMembers, normalTags, type Task, type TaskDraft } from '../../domain/task.ts'
import type { Operations } from './contract/contract.ts'
import type { QueryOf } from './contract/reply.ts'
import type { Task as TaskSchema, TaskUpdate } from './contract/schemas.ts'
import { type WireName, wireName } from './contract/wire-names.ts'

type ListQuery = QueryOf<Operations['listTasks']>

/** A task as callers see it. */
export const taskBody = (owner: Owner, task: Task): Static<typeof TaskSchema> => ({
  id: task.id,
  user_id: owner,
  title: task.title,
  description: task.description,
  completed: task.completed,
  priority: task.priority,
  due_date: task.dueDate,
  tags: [...task.tags],
  created_at: task.createdAt,
  updated_at: task.updatedAt,
})

type Body = Static<typeof TaskUpdate>
type Members = { [K in keyof TaskDraft]?: Required<Body>[WireName<K>] }

/** The members that a body names, as the domain calls them. */
export const membersOf = (body: Body): Members => {
  const named = draftMembers.filter((member) => body[wireName(member)] !== undefined)
  return Object.fromEntries(named.map((member) => [member, body[wireName(member)]]))
}

/** The filters that a query names, each value once and tags as on a task: so a `Link` is no longer than it must be. */
export const filterOf = (query: ListQuery): TaskFilter => ({
  ...(query.completed !== undefined && { completed: query.completed }),
  ...(query.priority && { priorities: [...new Set(query.priority)] }),
  ...(query.tag && { tags: normalTags(query.tag) }),
  ...(query.search !== undefined && { search: query.search }),
  ...(query.due_before !== undefined && { dueBefore: query.due_before }),
  ...(query.due_after !== undefined && { dueAfter: query.due_after }),
})

/** The order that a query asks for; newest first where it names none. */
export const sortOf = ({ sort_by, sort_order = 'desc' }: ListQuery): TaskOrder => ({
  by: sortKeys.find((key) => wireName(key) === sort_by) ?? 'createdAt',
  order: sort_order,
})
