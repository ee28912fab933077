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
import { type Answer, type Gathered, gatheredReads, type Question } from './batched-reads.ts'
import { type Idempotent, idempotent } from './idempotency.ts'
import { type ListQuestion, listQuestion, listStatement } from './list-statement.ts'
import { type PageAnswer, tasksIn } from './page-columns.ts'
import {
  ask,
  type Change,
  changeKeyedStatement,
  changeStatement,
  createKeyedStatement,
  createStatement,
  getStatement,
  removeStatement,
  type Statement,
} from './task-statements.ts'

/** Tasks in PostgreSQL, one statement per use case, which reads of several owners may share. */
export const postgresTasks = (database: Database): TaskStore => {
  const runKeyed = idempotent(database)
  const reads = readsOf(database)
  return { tasksOf: (owner) => ownedTasks(database, runKeyed, reads, owner) }
}

type GetQuestion = Question & { id: string }
type Reads = ReturnType<typeof readsOf>

const readsOf = (database: Database) => {
  const answers = async <A>(statement: Statement): Promise<A[]> =>
    present(await database.run('read', (sql) => ask<{ answers: A[] }>(sql, statement))).answers
  return {
    get: gatheredReads((asked: Gathered<GetQuestion>) => answers<GetAnswer>(getStatement(asked))),
    list: gatheredReads((asked: Gathered<ListQuestion>) =>
      answers<PageAnswer>(listStatement(asked)),
    ),
  }
}

const ownedTasks = (
  database: Database,
  runKeyed: Idempotent,
  reads: Reads,
  owner: Owner,
): OwnedTasks => {
  const rowOf = <Row>(intent: Intent, statement: Statement): Promise<Row | undefined> =>
    database.run(intent, (sql) => ask<Row>(sql, statement))
  return {
    create: async (draft, idempotency) => {
      const id = uuid()
      const row = idempotency
        ? await runKeyed<ChangeRow>(
            { owner, operation: 'create', idempotency },
            createKeyedStatement(owner, id, draft, idempotency),
          )
        : await rowOf<ChangeRow>('write', createStatement(owner, id, draft))
      return present(outcomeOf(row, idempotency))
    },
    list: async (query) => pageOf(await reads.list(listQuestion(owner, query)), query),
    get: async (id) => {
      if (!isTaskId(id)) return undefined
      const { task } = await reads.get({ owner, id, kind: 'get', tasks: 1 })
      return task ?? undefined
    },
    update: async (id, members, condition) => {
      if (!isTaskId(id)) return undefined
      const change: Change = { owner, id, members, condition }
      return outcomeOf(await rowOf('write', changeStatement(change)))?.task
    },
    complete: async (named, { completed, condition, idempotency }) => {
      if (!isTaskId(named) && !idempotency) return undefined
      // A key is looked at first, whatever the id: no task has the nil one (RFC 9562 §5.9).
      const id = isTaskId(named) ? named : NIL
      const members = completed === undefined ? {} : { completed }
      const change: Change = { owner, id, members, condition, toggle: completed === undefined }
      const row = idempotency
        ? await runKeyed<ChangeRow>(
            { owner, operation: 'complete', idempotency },
            changeKeyedStatement(change, idempotency),
          )
        : await rowOf<ChangeRow>('write', changeStatement(change))
      return outcomeOf(row, idempotency)
    },
    remove: async (id, condition) => {
      if (!isTaskId(id)) return false
      const row = await rowOf<RemoveRow>('write', removeStatement(owner, id, condition))
      const { found, removed } = present(row)
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

interface RemoveRow {
  found: boolean
  removed: boolean
}

interface GetAnswer extends Answer {
  task: Task | null
}

const outcomeOf = (row: ChangeRow | undefined, idempotency?: Idempotency): Outcome | undefined => {
  if (!row) return undefined
  if (idempotency && typeof row.replayed === 'string' && row.replayed !== idempotency.fingerprint)
    throw new Fault('idempotency_key_reused')
  if (row.allowed === false) throw new Fault('precondition_failed')
  return { task: row.task, replayed: typeof row.replayed === 'string' }
}

/** What the statement always returns. */
const present = <T>(row: T | undefined): T => {
  if (row === undefined) throw new Error('the statement returned no row')
  return row
}

const pageOf = (answer: PageAnswer, query: TaskQuery) => {
  const { total } = answer
  const found = tasksIn(answer)
  const tasks = found.slice(0, query.perPage)
  const last = tasks.at(-1)
  const more = found.length > query.perPage
  return {
    tasks,
    ...(total !== null && { total }),
    ...(last && more && { next: { key: sortValue(last, query.sort.by), id: last.id } }),
  }
}
