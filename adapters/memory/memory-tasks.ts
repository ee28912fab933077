import { v7 as uuid } from 'uuid'
import type {
  Idempotency,
  Outcome,
  OwnedTasks,
  Precondition,
  TaskStore,
} from '../../application/ports/owned-tasks.ts'
import { Fault } from '../../domain/fault.ts'
import {
  type Position,
  sortValue,
  type TaskFilter,
  type TaskOrder,
  type TaskPage,
  type TaskQuery,
} from '../../domain/listing.ts'
import { priorities, type Task, type TaskChange } from '../../domain/task.ts'

/** Tasks in this process's memory: for tests, under the same contract as the real store. */
export const memoryTasks = (): TaskStore => {
  const owners = new Map<string, OwnedTasks>()
  return {
    tasksOf: (owner) => {
      const tasks = owners.get(owner) ?? ownedTasks()
      owners.set(owner, tasks)
      return tasks
    },
  }
}

const ownedTasks = (): OwnedTasks => {
  const tasks = new Map<string, Task>()
  const answers = new Map<string, { fingerprint: string; task: Task }>()

  const replayable = (
    operation: string,
    idempotency: Idempotency | undefined,
    act: () => Task | undefined,
  ): Outcome | undefined => {
    const slot = `${operation} ${idempotency?.key}`
    const recorded = idempotency && answers.get(slot)
    if (recorded && recorded.fingerprint !== idempotency.fingerprint)
      throw new Fault('idempotency_key_reused')
    if (recorded) return { task: recorded.task, replayed: true }
    const task = act()
    if (task && idempotency) answers.set(slot, { fingerprint: idempotency.fingerprint, task })
    return task && { task, replayed: false }
  }
  const change = (id: string, changeOf: (task: Task) => TaskChange, condition?: Precondition) => {
    const task = tasks.get(id)
    if (!task) return undefined
    assertCondition(task, condition)
    const changed = changedTask(task, changeOf(task))
    tasks.set(id, changed)
    return changed
  }

  return {
    create: async (draft, idempotency) => {
      const now = new Date().toISOString()
      return replayable('create', idempotency, () => {
        const task: Task = { id: uuid(), ...draft, createdAt: now, updatedAt: now, version: 1 }
        tasks.set(task.id, task)
        return task
      }) as Outcome
    },
    list: async (query) => pageOf([...tasks.values()], query),
    get: async (id) => tasks.get(id),
    update: async (id, members, condition) => change(id, () => members, condition),
    complete: async (id, { completed, condition, idempotency }) =>
      replayable('complete', idempotency, () =>
        change(id, (task) => ({ completed: completed ?? !task.completed }), condition),
      ),
    remove: async (id, condition) => {
      const task = tasks.get(id)
      if (task) assertCondition(task, condition)
      return tasks.delete(id)
    },
  }
}

const assertCondition = (task: Task, condition?: Precondition) => {
  if (condition && !condition.includes(task.version)) throw new Fault('precondition_failed')
}

const changedTask = (task: Task, change: TaskChange): Task => {
  const next = { ...task, ...change }
  if (JSON.stringify(next) === JSON.stringify(task)) return task
  const now = Math.max(Date.now(), Date.parse(task.updatedAt) + 1)
  return { ...next, version: task.version + 1, updatedAt: new Date(now).toISOString() }
}

const pageOf = (all: Task[], { filter, sort, place, perPage }: TaskQuery): TaskPage => {
  const matching = all.filter(matches(filter)).sort(comparator(sort))
  const isBehind = (position: Position) => {
    const compare = comparePositions(sort)
    return (task: Task) => compare(position, positionOf(task, sort)) < 0
  }
  const rest =
    'page' in place
      ? matching.slice((place.page - 1) * perPage)
      : matching.filter(isBehind(place.after))
  const tasks = rest.slice(0, perPage)
  const last = tasks.at(-1)
  return {
    tasks,
    ...('page' in place && { total: matching.length }),
    ...(last && rest.length > perPage && { next: positionOf(last, sort) }),
  }
}

const matches = (filter: TaskFilter) => (task: Task) => {
  const { completed, priorities: any, tags, search, dueBefore, dueAfter } = filter
  const text = [task.title, task.description ?? ''].map((it) => it.toLowerCase())
  return (
    (completed === undefined || task.completed === completed) &&
    (any === undefined || any.includes(task.priority)) &&
    (tags === undefined || tags.every((tag) => task.tags.includes(tag))) &&
    (search === undefined || text.some((it) => it.includes(search.toLowerCase()))) &&
    (dueBefore === undefined || (task.dueDate !== null && task.dueDate <= dueBefore)) &&
    (dueAfter === undefined || (task.dueDate !== null && task.dueDate >= dueAfter))
  )
}

const positionOf = (task: Task, { by }: TaskOrder): Position => ({
  key: sortValue(task, by),
  id: task.id,
})

const comparator = (sort: TaskOrder) => {
  const compare = comparePositions(sort)
  return (a: Task, b: Task) => compare(positionOf(a, sort), positionOf(b, sort))
}

/** Dates that are missing come last in either direction; equal keys are ordered by id. */
const comparePositions = ({ by, order }: TaskOrder) => {
  const sign = order === 'asc' ? 1 : -1
  const rank = (key: string) => (by === 'priority' ? String(priorities.indexOf(key as never)) : key)
  return (a: Position, b: Position): number => {
    if ((a.key === null) !== (b.key === null)) return a.key === null ? 1 : -1
    return sign * (bytes(rank(a.key ?? ''), rank(b.key ?? '')) || bytes(a.id, b.id))
  }
}

const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
