import type { TaskKeeping } from '../../application/keep-tasks.ts'
import { Fault, type Violation } from '../../domain/fault.ts'
import type { Position } from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Task } from '../../domain/task.ts'
import { type Operations, operations } from './contract/contract.ts'
import type { QueryOf } from './contract/reply.ts'
import type { HandlersFor, Input } from './handlers.ts'
import { type CursorScope, decodeCursor, encodeCursor } from './request/cursor.ts'
import { entityTag, matchesNone } from './request/preconditions.ts'
import { refused } from './request/refused-values.ts'
import { filterOf, membersOf, sortOf, taskBody } from './task-bodies.ts'

type ListQuery = QueryOf<Operations['listTasks']>
type Update = Pick<Input<Operations['updateTask']>, 'owner' | 'id' | 'body' | 'condition'>

/** The operations of owners, each a translation from HTTP to one use case and back. */
export const taskHandlers = (tasksOf: (owner: Owner) => TaskKeeping): HandlersFor<'owner'> => {
  const update = async ({ owner, id, body, condition }: Update) => {
    const task = await tasksOf(owner).update(id, membersOf(body), condition)
    return { status: 200 as const, headers: tagOf(task), body: taskBody(owner, task) }
  }
  return {
    createTask: async ({ owner, body, idempotency }) => {
      const { task, replayed } = await tasksOf(owner).create(
        { ...membersOf(body), title: body.title },
        idempotency,
      )
      const headers = {
        Location: `${operations.listTasks.path}/${task.id}`,
        ...tagOf(task),
        ...mark(replayed),
      }
      return { status: 201, headers, body: taskBody(owner, task) }
    },
    listTasks: async ({ owner, query }) => listTasks(tasksOf(owner), owner, query),
    getTask: async ({ owner, id, ifNoneMatch }) => {
      const task = await tasksOf(owner).get(id)
      return matchesNone(ifNoneMatch, task.version)
        ? { status: 200, headers: tagOf(task), body: taskBody(owner, task) }
        : { status: 304, headers: tagOf(task) }
    },
    updateTask: update,
    putTask: update,
    completeTask: async ({ owner, id, body, condition, idempotency }) => {
      const { task, replayed } = await tasksOf(owner).complete(id, {
        ...(body?.completed !== undefined && { completed: body.completed }),
        ...(condition && { condition }),
        ...(idempotency && { idempotency }),
      })
      return {
        status: 200,
        headers: { ...tagOf(task), ...mark(replayed) },
        body: taskBody(owner, task),
      }
    },
    deleteTask: async ({ owner, id, condition }) => {
      await tasksOf(owner).remove(id, condition)
      return { status: 204, headers: {} }
    },
  }
}

const listTasks = async (tasks: TaskKeeping, owner: Owner, query: ListQuery) => {
  const { cursor, page = 1, per_page: perPage = 20 } = query
  const sort = sortOf(query)
  const scope = { owner, filter: filterOf(query), sort }
  const place = cursor === undefined ? { page } : { after: positionOf(cursor, query, scope) }
  const found = await tasks.list({ filter: scope.filter, sort, place, perPage })
  return {
    status: 200 as const,
    headers: found.next ? { Link: nextLink(query, scope, found.next) } : {},
    body: {
      tasks: found.tasks.map((task) => taskBody(owner, task)),
      ...(cursor === undefined && { total: found.total ?? 0, page }),
      per_page: perPage,
    },
  }
}

/** @throws Fault that names what else of the query breaks a rule, too */
const positionOf = (cursor: string, query: ListQuery, scope: CursorScope): Position => {
  const refusal = (violations: readonly Violation[]) =>
    refused(violations, operations.listTasks, { query, body: undefined })
  if (query.page !== undefined) throw refusal([])
  try {
    return decodeCursor(scope, cursor)
  } catch (error) {
    throw error instanceof Fault ? refusal(error.violations) : error
  }
}

/** RFC 8288. A relative target: whatever host the client used, no header of the request is repeated. */
const nextLink = (query: ListQuery, scope: CursorScope, next: Position): string => {
  const { priorities: priority, tags: tag } = scope.filter
  const { page: _, ...kept } = { ...query, priority, tag, cursor: encodeCursor(scope, next) }
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(kept)) {
    for (const one of name === 'tag' ? ((value as string[]) ?? []) : [value])
      if (one !== undefined) parameters.append(name, String(one))
  }
  return `<${operations.listTasks.path}?${parameters}>; rel="next"`
}

const tagOf = (task: Task) => ({ ETag: entityTag(task.version) })
const mark = (replayed: boolean) => (replayed ? { 'Idempotency-Replayed': 'true' } : {})
