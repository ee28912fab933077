import { v7 as uuid } from 'uuid'
import type {
  Idempotency,
  Outcome,
  OwnedTasks,
  Precondition,
  TaskStore,
} from '../../application/ports/owned-tasks.ts'
import { Fault } from '../../domain/fault.ts'
import type { Task, TaskChange } from '../../domain/task.ts'
import { taskPage } from './task-page.ts'

/** A task store in memory, for tests. It keeps the same contract as the one in PostgreSQL. */
export const memoryTasks = (now: () => number = Date.now): TaskStore => {
  const owners = new Map<string, OwnedTasks>()
  return {
    tasksOf: (owner) => {
      const tasks = owners.get(owner) ?? ownedTasks(now)
      owners.set(owner, tasks)
      return tasks
    },
  }
}

const ownedTasks = (clock: () => number): OwnedTasks => {
  const tasks = new Map<string, Task>()
  const records = new Map<string, { fingerprint: string; task: Task }>()

  const withIdempotency = (
    operation: string,
    idempotency: Idempotency | undefined,
    act: () => Task | undefined,
  ): Outcome | undefined => {
    const name = `${operation} ${idempotency?.key}`
    const recorded = idempotency && records.get(name)
    if (recorded && recorded.fingerprint !== idempotency.fingerprint)
      throw new Fault('idempotency_key_reused')
    if (recorded) return { task: recorded.task, replayed: true }
    const task = act()
    if (task && idempotency) records.set(name, { fingerprint: idempotency.fingerprint, task })
    return task && { task, replayed: false }
  }
  const change = (id: string, changeOf: (task: Task) => TaskChange, condition?: Precondition) => {
    const task = tasks.get(id)
    if (!task) return undefined
    assertCondition(task, condition)
    const changed = changedTask(task, changeOf(task), clock())
    tasks.set(id, changed)
    return changed
  }

  return {
    create: async (draft, idempotency) => {
      const now = new Date(clock()).toISOString()
      return withIdempotency('create', idempotency, () => {
        const task: Task = { id: uuid(), ...draft, createdAt: now, updatedAt: now, version: 1 }
        tasks.set(task.id, task)
        return task
      }) as Outcome
    },
    list: async (query) => taskPage([...tasks.values()], query),
    get: async (id) => tasks.get(id),
    update: async (id, members, condition) => change(id, () => members, condition),
    complete: async (id, { completed, condition, idempotency }) =>
      withIdempotency('complete', idempotency, () =>
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

const changedTask = (task: Task, change: TaskChange, time: number): Task => {
  const next = { ...task, ...change }
  if (JSON.stringify(next) === JSON.stringify(task)) return task
  const now = Math.max(time, Date.parse(task.updatedAt) + 1)
  return { ...next, version: task.version + 1, updatedAt: new Date(now).toISOString() }
}
