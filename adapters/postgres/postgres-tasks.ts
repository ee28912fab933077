import { v7 as uuid } from 'uuid'
import type { Once, Outcome, OwnedTasks, TaskStore } from '../../application/ports/owned-tasks.ts'
import { Fault } from '../../domain/fault.ts'
import { sortValue, type TaskQuery } from '../../domain/listing.ts'
import { isTaskId, type Task } from '../../domain/task.ts'
import type { Sql } from './connection.ts'
import type { Database } from './database.ts'
import {
  type Change,
  changeOnceStatement,
  changeStatement,
  createOnceStatement,
  createStatement,
  type Fragment,
  getStatement,
  listStatement,
  removeStatement,
} from './task-statements.ts'

/** Tasks in PostgreSQL, one statement per use case. */
export const postgresTasks = (database: Database): TaskStore => ({
  tasksOf: (owner): OwnedTasks => ({
    create: async (draft, once) => {
      const id = uuid()
      if (once)
        return present(
          await onceOnly(database, owner, 'create', once, (sql) =>
            createOnceStatement(sql, owner, id, draft, once),
          ),
        )
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
    complete: async (id, { completed, condition, once }) => {
      if (!isTaskId(id)) return undefined
      const members = completed === undefined ? {} : { completed }
      const change: Change = { owner, id, members, condition, toggle: completed === undefined }
      if (once)
        return onceOnly(database, owner, 'complete', once, (sql) =>
          changeOnceStatement(sql, change, once),
        )
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
  }),
})

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

/** A record that is neither gone nor readable can only be an expired one, and that is removed in between. */
const ATTEMPTS_MAX = 5

/**
 * Runs a statement that records its answer under a key. Losing the race for the key undoes the statement as a
 * duplicate; by then the winner has committed, so the next run finds the winner's answer.
 */
const onceOnly = async (
  database: Database,
  owner: string,
  operation: string,
  once: Once,
  statement: (sql: Sql) => Fragment,
): Promise<Outcome | undefined> => {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      const [row] = await database.run('keyed', statement)
      return outcomeOf(row as ChangeRow | undefined, once)
    } catch (error) {
      if ((error as { constraint_name?: string }).constraint_name !== 'idempotency_keys_pkey')
        throw error
      await database.run('keyed', (sql) => removeExpired(sql, owner, operation, once))
    }
  }
  throw new Fault('idempotency_key_in_use')
}

const removeExpired = (sql: Sql, owner: string, operation: string, { key }: Once) => sql`
  delete from idempotency_keys
  where owner = ${owner} and operation = ${operation} and key = ${key}
    and created_at <= now() - interval '24 hours'`

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
