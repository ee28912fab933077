import { v7 as uuid } from 'uuid'
import type {
  Idempotency,
  Outcome,
  OwnedTasks,
  TaskStore,
} from '../../../application/ports/owned-tasks.ts'
import { Fault } from '../../../domain/fault.ts'
import { sortValue, type TaskQuery } from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'
import { isTaskId, type Task } from '../../../domain/task.ts'
import type { Database } from '../pool/database.ts'
import { changeKeyedStatement } from './change-statement.ts'
import { type KeyedRow, keyedRun, type RunKeyed } from './idempotency.ts'
import { listRead } from './list-statement.ts'
import { type PageResult, tasksOn } from './page-columns.ts'
import { type ChangedTask, type Requests, requestsTo } from './requests.ts'
import { requiredRow } from './statement.ts'
import { createKeyedStatement } from './task-statements.ts'
import type { ChangeRequest } from './write-requests.ts'

/** Tasks in PostgreSQL: one statement for each use case, which those that arrive together share. */
export const postgresTasks = (database: Database): TaskStore => {
  const runKeyed = keyedRun(database)
  const requests = requestsTo(database)
  return { tasksOf: (owner) => ownedTasks(requests, runKeyed, owner) }
}

const ownedTasks = (requests: Requests, runKeyed: RunKeyed, owner: Owner): OwnedTasks => {
  /** What makes a request for one task one of those that may share a statement. */
  const named = (about: string, batchKey: string) => ({ owner, about, batchKey, tasks: 1 })
  const changed = async (id: string, change: ChangeRequest['change']) => {
    const result = await requests.change({ ...named(id, 'change'), change })
    return result.changed ? changedTask(result.changed) : undefined
  }
  return {
    create: async (draft, idempotency) => {
      const id = uuid()
      if (!idempotency) {
        const { created } = await requests.create({ ...named(id, 'create'), draft })
        const createdAt = new Date(created).toISOString()
        return {
          task: { id, ...draft, createdAt, updatedAt: createdAt, version: 1 },
          replayed: false,
        }
      }
      const row = await runKeyed(
        { owner, operation: 'create', idempotency },
        createKeyedStatement(owner, id, draft, idempotency),
      )
      return outcomeOf(requiredRow(row), idempotency)
    },
    list: async (query) => pageOf(await requests.list(listRead(owner, query)), query),
    get: async (id) => {
      if (!isTaskId(id)) return undefined
      const { task } = await requests.get(named(id, 'get'))
      return task ?? undefined
    },
    update: async (id, change, condition) => {
      if (!isTaskId(id)) return undefined
      return changed(id, { change, condition })
    },
    complete: async (named, { completed, condition, idempotency }) => {
      if (!isTaskId(named) && !idempotency) return undefined
      // The key may belong to an earlier request even if the id is malformed. No task has the nil id (RFC 9562 §5.9).
      const id = isTaskId(named) ? named : NIL
      const toggle = completed === undefined
      const change = toggle ? {} : { completed }
      if (!idempotency) {
        const task = await changed(id, { change, toggle, condition })
        return task && { task, replayed: false }
      }
      const row = await runKeyed(
        { owner, operation: 'complete', idempotency },
        changeKeyedStatement({ owner, id, change, toggle, condition }, idempotency),
      )
      return row && outcomeOf(row, idempotency)
    },
    remove: async (id, condition) => {
      if (!isTaskId(id)) return false
      const { found, removed } = await requests.remove({ ...named(id, 'remove'), condition })
      if (found && !removed && condition) throw new Fault('precondition_failed')
      return removed
    },
  }
}

const NIL = '00000000-0000-0000-0000-000000000000'

const changedTask = ({ allowed, ...task }: ChangedTask): Task => {
  if (!allowed) throw new Fault('precondition_failed')
  return task
}

const outcomeOf = ({ task, replayed }: KeyedRow, { fingerprint }: Idempotency): Outcome => {
  if (replayed !== null && replayed !== fingerprint) throw new Fault('idempotency_key_reused')
  if (!task) throw new Fault('precondition_failed')
  return { task, replayed: replayed !== null }
}

const pageOf = (result: PageResult, query: TaskQuery) => {
  const { total } = result
  const found = tasksOn(result)
  const tasks = found.slice(0, query.perPage)
  const last = tasks.at(-1)
  const more = found.length > query.perPage
  return {
    tasks,
    ...(total !== null && { total }),
    ...(last && more && { next: { key: sortValue(last, query.sort.by), id: last.id } }),
  }
}
