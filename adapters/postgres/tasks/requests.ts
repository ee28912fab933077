import type { Task } from '../../../domain/task.ts'
import type { Intent } from '../pool/availability.ts'
import type { Sql } from '../pool/connection.ts'
import type { Database } from '../pool/database.ts'
import { callersOf } from '../pool/observed/callers.ts'
import { timeouts } from '../pool/timeouts.ts'
import { readLimits, writeLimits } from './batch-limits.ts'
import {
  changeBatchStatement,
  createBatchStatement,
  removeBatchStatement,
} from './batched-write-statements.ts'
import { type Batch, type Batching, batched, type Request, type Result } from './batches.ts'
import { changeStatement } from './change-statement.ts'
import { type ListRead, listBatchStatement, listStatement } from './list-statement.ts'
import type { PageResult } from './page-columns.ts'
import { queryRow, queryRows, requiredRow, type Statement } from './statement.ts'
import {
  createStatement,
  getBatchStatement,
  getStatement,
  removeStatement,
} from './task-statements.ts'
import type { ChangeRequest, CreateRequest, RemoveRequest, TaskRequest } from './write-requests.ts'

/** The task as it is afterwards, and whether the precondition held. */
export type ChangedTask = Task & { allowed: boolean }

interface GetResult extends Result {
  task: Task | null
}
interface CreateResult extends Result {
  /** the time of its creation in milliseconds */
  created: number
}
interface ChangeResult extends Result {
  /** null where there is no such task */
  changed: ChangedTask | null
}
interface RemoveResult extends Result {
  found: boolean
  removed: boolean
}

/** How requests of one kind are sent: alone in the plainest statement there is, or several in one. */
interface Kind<R, S> {
  alone(sql: Sql, request: R): PromiseLike<S>
  together(sql: Sql, batch: Batch<R>): PromiseLike<readonly (S | undefined)[]>
}

export type Requests = ReturnType<typeof requestsTo>

/** What owners ask of their tasks, without an idempotency key: whatever arrives together goes together. */
export const requestsTo = (database: Database) => {
  const reads = readLimits(database.distanceMs)
  const writes = writeLimits(database.distanceMs)
  const sent = <R extends Request, S extends Result>(
    intent: Intent,
    { alone, together }: Kind<R, S>,
    batching: Batching,
  ) => {
    const ask = batched<R, S>((batch, since) => {
      let requests: Batch<R> | undefined
      const statement = (sql: Sql) => {
        requests = batch()
        return requests.length > 1
          ? together(sql, requests)
          : alone(sql, requests[0]).then((result) => [result])
      }
      const callers = () => callersOf(requests ?? [])
      return database.run(intent, statement, since + timeouts.callTimeoutMs, callers)
    }, batching)
    // Where tables are spread over servers, a statement is of one owner, and the plainest one reaches one server.
    return (request: R) =>
      ask({
        ...request,
        ...(database.isSharded() && { batchKey: undefined }),
        caller: database.caller(),
      })
  }

  return {
    get: sent<TaskRequest, GetResult>(
      'read',
      {
        alone: (sql, { owner, about }) =>
          queryRow<Task & { owner: string }>(sql, getStatement(owner, about)).then((row) => {
            if (!row) return { owner, about, task: null }
            const { owner: found, ...task } = row
            return { owner: found, about: task.id, task }
          }),
        together: (sql, batch) => resultsOf(sql, getBatchStatement(batch)),
      },
      reads,
    ),
    list: sent<ListRead, PageResult>(
      'read',
      {
        alone: (sql, read) =>
          read.batchKey === undefined
            ? queryRow<PageResult>(sql, listStatement(read)).then(requiredRow)
            : queryRow<PageResult>(sql, listBatchStatement([read])).then(requiredRow),
        together: (sql, batch) => queryRows(sql, listBatchStatement(batch)),
      },
      reads,
    ),
    create: sent<CreateRequest, CreateResult>(
      'write',
      {
        alone: (sql, { owner, about, draft }) =>
          queryRow<{ created: number }>(sql, createStatement(owner, about, draft))
            .then(requiredRow)
            .then(({ created }) => ({ owner, about, created })),
        together: (sql, batch) =>
          resultsOf<CreateResult>(sql, createBatchStatement(batch)).then(inOrderOf(batch)),
      },
      writes,
    ),
    change: sent<ChangeRequest, ChangeResult>(
      'write',
      {
        alone: (sql, { owner, about, change }) =>
          queryRow<ChangedTask>(sql, changeStatement({ owner, id: about, ...change })).then(
            (changed) => ({ owner, about, changed: changed ?? null }),
          ),
        together: (sql, batch) =>
          resultsOf<ChangeResult>(sql, changeBatchStatement(batch)).then(inOrderOf(batch)),
      },
      writes,
    ),
    remove: sent<RemoveRequest, RemoveResult>(
      'write',
      {
        alone: (sql, { owner, about, condition }) =>
          queryRow<RemoveResult>(sql, removeStatement(owner, about, condition))
            .then(requiredRow)
            .then(({ found, removed }) => ({ owner, about, found, removed })),
        together: (sql, batch) =>
          resultsOf<RemoveResult>(sql, removeBatchStatement(batch)).then(inOrderOf(batch)),
      },
      writes,
    ),
  }
}

const resultsOf = <S>(sql: Sql, statement: Statement): Promise<readonly S[]> =>
  Promise.resolve(queryRow<{ results: S[] }>(sql, statement)).then(
    (row) => requiredRow(row).results,
  )

/** A statement that writes returns its rows in any order, and none for a task that it did not get hold of. */
const inOrderOf =
  <R extends TaskRequest>(batch: Batch<R>) =>
  <S extends Result>(results: readonly S[]): (S | undefined)[] => {
    const found = new Map(results.map((result) => [`${result.about} ${result.owner}`, result]))
    return batch.map(({ about, owner }) => found.get(`${about} ${owner}`))
  }
