import { v7 as uuid } from 'uuid'
import type { Once, Outcome, OwnedTasks, TaskStore } from '../../application/ports/owned-tasks.ts'
import { Fault } from '../../domain/fault.ts'
import { sortValue, type TaskQuery } from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import { isTaskId, type Task } from '../../domain/task.ts'
import type { Database } from './database.ts'
import { type OnceOnly, onceOnly } from './once-only.ts'
import {
  type Change,
  changeOnceStatement,
  changeStatement,
  createOnceStatement,
  createStatement,
  getStatement,
  listStatement,
  removeStatement,
} from './task-statements.ts'

/** Tasks in PostgreSQL, one statement per use case. */
export const postgresTasks = (database: Database): TaskStore => {
  const runOnce = onceOnly(database)
  return { tasksOf: (owner) => ownedTasks(database, runOnce, owner) }
}

const ownedTasks = (database: Database, runOnce: OnceOnly, owner: Owner): OwnedTasks => {
  return {
    create: async (draft, once) => {
      const id = uuid()
      if (once) {
        const row = await runOnce<ChangeRow>({ owner, operation: 'create', once }, (sql) =>
          createOnceStatement(sql, owner, id, draft, once),
        )
        return present(outcomeOf(row, once))
      }
      const [row] = await database.run('write', (sql) => createStatement(sql, owner, id, draft))
      return { task: (row as { task: Task }).task, replayed: false }
    },
    list: async (query) => {
      const [row] = await database.run('read', (sql) => listStatement(sql, owner, query))
      return pageOf(row as { total: number | null; tasks: Task[] }, query)
    },
    get: async (id) => {
      if (!isTaskId(id)) return undefined
      const [row] = await database.run('read', (sql) => getStatement(sql, owner, id))
      return row?.task as Task | undefined
    },
    update: async (id, members, condition) => {
      if (!isTaskId(id)) return undefined
      const change: Change = { owner, id, members, condition }
      const [row] = await database.run('write', (sql) => changeStatement(sql, change))
      return outcomeOf(row as ChangeRow | undefined)?.task
    },
    complete: async (named, { completed, condition, once }) => {
      if (!isTaskId(named) && !once) return undefined
      // A key is looked at first, whatever the id: no task has the nil one (RFC 9562 §5.9).
      const id = isTaskId(named) ? named : NIL
      const members = completed === undefined ? {} : { completed }
      const change: Change = { owner, id, members, condition, toggle: completed === undefined }
      if (once) {
        const row = await runOnce<ChangeRow>({ owner, operation: 'complete', once }, (sql) =>
          changeOnceStatement(sql, change, once),
        )
        return outcomeOf(row, once)
      }
      const [row] = await database.run('write', (sql) => changeStatement(sql, change))
      return outcomeOf(row as ChangeRow | undefined)
    },
    remove: async (id, condition) => {
      if (!isTaskId(id)) return false
      const [row] = await database.run('write', (sql) => removeStatement(sql, owner, id, condition))
      const { found, removed } = row as { found: boolean; removed: boolean }
      if (found && !removed && condition) throw new Fault('precondition_failed')
      return removed
    },
  }
}

const NIL = '00000000-0000-0000-0000-000000000000'

interface ChangeRow {
  task: Task
  /** absent where nothing was asked of the version */
  allowed?: boolean
  /** the fingerprint of the request whose answer this is, null for an answer made just now */
  replayed?: string | null
}

const outcomeOf = (row: ChangeRow | undefined, once?: Once): Outcome | undefined => {
  if (!row) return undefined
  if (once && typeof row.replayed === 'string' && row.replayed !== once.fingerprint)
    throw new Fault('idempotency_key_reused')
  if (row.allowed === false) throw new Fault('precondition_failed')
  return { task: row.task, replayed: typeof row.replayed === 'string' }
}

const present = (outcome: Outcome | undefined): Outcome => {
  if (!outcome) throw new Error('an insert returned no row')
  return outcome
}

const pageOf = (
  { total, tasks: found }: { total: number | null; tasks: Task[] },
  query: TaskQuery,
) => {
  const tasks = found.slice(0, query.perPage)
  const last = tasks.at(-1)
  const more = found.length > query.perPage
  return {
    tasks,
    ...(total !== null && { total }),
    ...(last && more && { next: { key: sortValue(last, query.sort.by), id: last.id } }),
  }
}
