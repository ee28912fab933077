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
import type { Intent } from '../pool/availability.ts'
import type { Database } from '../pool/database.ts'
import { type Batch, batchedReads, type Read, type ReadResult } from './batched-reads.ts'
import { type ChangeParameters, changeKeyedStatement, changeStatement } from './change-statement.ts'
import { keyedRun, type RunKeyed } from './idempotency.ts'
import { type ListRead, listRead, listStatement } from './list-statement.ts'
import { type PageResult, tasksOn } from './page-columns.ts'
import { queryRow, type Statement } from './statement.ts'
import {
  createKeyedStatement,
  createStatement,
  getStatement,
  removeStatement,
} from './task-statements.ts'

/** Tasks in PostgreSQL: one statement for each use case; reads of several owners may be batched in one. */
export const postgresTasks = (database: Database): TaskStore => {
  const runKeyed = keyedRun(database)
  const reads = readsOf(database)
  return { tasksOf: (owner) => ownedTasks(database, runKeyed, reads, owner) }
}

type GetRead = Read & { id: string }
type Reads = ReturnType<typeof readsOf>

const readsOf = (database: Database) => {
  const results = async <R>(statement: Statement): Promise<R[]> => {
    const row = await database.run('read', (sql) => queryRow<{ results: R[] }>(sql, statement))
    return requiredRow(row).results
  }
  return {
    get: batchedReads((batch: Batch<GetRead>) => results<GetResult>(getStatement(batch))),
    list: batchedReads((batch: Batch<ListRead>) => results<PageResult>(listStatement(batch))),
  }
}

const ownedTasks = (
  database: Database,
  runKeyed: RunKeyed,
  reads: Reads,
  owner: Owner,
): OwnedTasks => {
  const rowOf = <Row>(intent: Intent, statement: Statement): Promise<Row | undefined> =>
    database.run(intent, (sql) => queryRow<Row>(sql, statement))
  return {
    create: async (draft, idempotency) => {
      const id = uuid()
      const row = idempotency
        ? await runKeyed<ChangeRow>(
            { owner, operation: 'create', idempotency },
            createKeyedStatement(owner, id, draft, idempotency),
          )
        : await rowOf<ChangeRow>('write', createStatement(owner, id, draft))
      return requiredRow(outcomeOf(row, idempotency))
    },
    list: async (query) => pageOf(await reads.list(listRead(owner, query)), query),
    get: async (id) => {
      if (!isTaskId(id)) return undefined
      const { task } = await reads.get({ owner, id, batchKey: 'get', tasks: 1 })
      return task ?? undefined
    },
    update: async (id, change, condition) => {
      if (!isTaskId(id)) return undefined
      return outcomeOf(await rowOf('write', changeStatement({ owner, id, change, condition })))
        ?.task
    },
    complete: async (named, { completed, condition, idempotency }) => {
      if (!isTaskId(named) && !idempotency) return undefined
      // The key may belong to an earlier request even if the id is malformed. No task has the nil id (RFC 9562 §5.9).
      const id = isTaskId(named) ? named : NIL
      const toggle = completed === undefined
      const change = toggle ? {} : { completed }
      const parameters: ChangeParameters = { owner, id, change, toggle, condition }
      const row = idempotency
        ? await runKeyed<ChangeRow>(
            { owner, operation: 'complete', idempotency },
            changeKeyedStatement(parameters, idempotency),
          )
        : await rowOf<ChangeRow>('write', changeStatement(parameters))
      return outcomeOf(row, idempotency)
    },
    remove: async (id, condition) => {
      if (!isTaskId(id)) return false
      const row = await rowOf<RemoveRow>('write', removeStatement(owner, id, condition))
      const { found, removed } = requiredRow(row)
      if (found && !removed && condition) throw new Fault('precondition_failed')
      return removed
    },
  }
}

const NIL = '00000000-0000-0000-0000-000000000000'

interface ChangeRow {
  task: Task
  /** absent where there was no precondition */
  allowed?: boolean
  /** the fingerprint of the earlier request whose result this is, null for a new result */
  replayed?: string | null
}

interface RemoveRow {
  found: boolean
  removed: boolean
}

interface GetResult extends ReadResult {
  task: Task | null
}

const outcomeOf = (row: ChangeRow | undefined, idempotency?: Idempotency): Outcome | undefined => {
  if (!row) return undefined
  if (idempotency && typeof row.replayed === 'string' && row.replayed !== idempotency.fingerprint)
    throw new Fault('idempotency_key_reused')
  if (row.allowed === false) throw new Fault('precondition_failed')
  return { task: row.task, replayed: typeof row.replayed === 'string' }
}

/** The row of a statement that always returns one. */
const requiredRow = <T>(row: T | undefined): T => {
  if (row === undefined) throw new Error('the statement returned no row')
  return row
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
