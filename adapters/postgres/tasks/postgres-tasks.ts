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
import { type ListRead, listBatchStatement, listRead, listStatement } from './list-statement.ts'
import { type PageResult, tasksOn } from './page-columns.ts'
import { queryRow, type Statement } from './statement.ts'
import {
  createKeyedStatement,
  createStatement,
  getBatchStatement,
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
  const rowOf = <Row>(statement: Statement): Promise<Row | undefined> =>
    database.run('read', (sql) => queryRow<Row>(sql, statement))
  const resultsOf = async <R>(statement: Statement): Promise<R[]> =>
    requiredRow(await rowOf<{ results: R[] }>(statement)).results
  const get = async ({ owner, id }: GetRead): Promise<GetResult> => {
    const row = await rowOf<Task & { owner: string }>(getStatement(owner, id))
    if (!row) return { owner, task: null }
    const { owner: found, ...task } = row
    return { owner: found, task }
  }
  const list = async (read: ListRead): Promise<PageResult> =>
    requiredRow(await rowOf<PageResult>(listStatement(read)))
  return {
    get: batchedReads(async (batch: Batch<GetRead>) =>
      batch.length > 1 ? resultsOf<GetResult>(getBatchStatement(batch)) : [await get(batch[0])],
    ),
    list: batchedReads(async (batch: Batch<ListRead>) =>
      batch[0].batchKey === undefined
        ? [await list(batch[0])]
        : resultsOf<PageResult>(listBatchStatement(batch)),
    ),
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
  /** Batches are of several owners, who may have nothing in common but the coordinator. */
  const batched = () => !database.isSharded()
  return {
    create: async (draft, idempotency) => {
      const id = uuid()
      if (!idempotency) {
        const row = await rowOf<CreatedRow>('write', createStatement(owner, id, draft))
        const createdAt = new Date(requiredRow(row).created).toISOString()
        return {
          task: { id, ...draft, createdAt, updatedAt: createdAt, version: 1 },
          replayed: false,
        }
      }
      const row = await runKeyed<KeyedRow>(
        { owner, operation: 'create', idempotency },
        createKeyedStatement(owner, id, draft, idempotency),
      )
      return outcomeOf(requiredRow(row), idempotency)
    },
    list: async (query) => pageOf(await reads.list(listRead(owner, query, batched())), query),
    get: async (id) => {
      if (!isTaskId(id)) return undefined
      const { task } = await reads.get({
        owner,
        id,
        tasks: 1,
        ...(batched() && { batchKey: 'get' }),
      })
      return task ?? undefined
    },
    update: async (id, change, condition) => {
      if (!isTaskId(id)) return undefined
      const row = await rowOf<ChangedRow>(
        'write',
        changeStatement({ owner, id, change, condition }),
      )
      return row && changedTask(row)
    },
    complete: async (named, { completed, condition, idempotency }) => {
      if (!isTaskId(named) && !idempotency) return undefined
      // The key may belong to an earlier request even if the id is malformed. No task has the nil id (RFC 9562 §5.9).
      const id = isTaskId(named) ? named : NIL
      const toggle = completed === undefined
      const change = toggle ? {} : { completed }
      const parameters: ChangeParameters = { owner, id, change, toggle, condition }
      if (!idempotency) {
        const row = await rowOf<ChangedRow>('write', changeStatement(parameters))
        return row && { task: changedTask(row), replayed: false }
      }
      const row = await runKeyed<KeyedRow>(
        { owner, operation: 'complete', idempotency },
        changeKeyedStatement(parameters, idempotency),
      )
      return row && outcomeOf(row, idempotency)
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

interface CreatedRow {
  /** milliseconds */
  created: number
}

type ChangedRow = Task & {
  /** false where the precondition does not hold */
  allowed: boolean
}

interface KeyedRow {
  /** null where the precondition does not hold */
  task: Task | null
  /** the fingerprint of the earlier request whose result this is, null for a new result */
  replayed: string | null
}

interface RemoveRow {
  found: boolean
  removed: boolean
}

interface GetResult extends ReadResult {
  task: Task | null
}

const changedTask = ({ allowed, ...task }: ChangedRow): Task => {
  if (!allowed) throw new Fault('precondition_failed')
  return task
}

const outcomeOf = ({ task, replayed }: KeyedRow, { fingerprint }: Idempotency): Outcome => {
  if (replayed !== null && replayed !== fingerprint) throw new Fault('idempotency_key_reused')
  if (!task) throw new Fault('precondition_failed')
  return { task, replayed: replayed !== null }
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
