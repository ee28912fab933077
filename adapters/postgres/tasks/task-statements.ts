import type { Idempotency, Precondition } from '../../../application/ports/owned-tasks.ts'
import type { Owner } from '../../../domain/owner.ts'
import type { TaskDraft } from '../../../domain/task.ts'
import { batchRows, batchStatement } from './batch-statement.ts'
import type { Batch } from './batches.ts'
import { versionIn } from './change-statement.ts'
import { listed, sent, taskColumns, typed, writableColumns } from './columns.ts'
import { prior, record } from './idempotency-record.ts'
import type { Statement } from './statement.ts'

const get = `
  select owner, ${taskColumns('tasks')} from tasks where owner = $1 and id = $2`

/** Returns the owner and the members of the task, or no row. */
export const getStatement = (owner: Owner, id: string): Statement => ({
  text: get,
  values: [owner, id],
})

/** $1 owners and ids */
const getBatch = batchStatement(
  batchRows('$1', { owner: 'text', id: 'uuid' }),
  `select batch.owner, batch.id as about, (
    select row_to_json(task) from (
      select ${taskColumns('tasks')} from tasks where owner = batch.owner and id = batch.id
    ) as task
  ) as task`,
)

export const getBatchStatement = (batch: Batch<{ owner: Owner; about: string }>): Statement => ({
  text: getBatch,
  values: [batch.map(({ owner, about }) => ({ owner, id: about }))],
})

const create = `
  insert into tasks (owner, id, ${listed(writableColumns, ({ name }) => name)})
  values ($1, $2, ${listed(writableColumns, ({ type }, at) => typed(`$${at + 3}`, type))})
  returning extract(epoch from created_at at time zone 'UTC')::float8 * 1000 as created`

/** Returns the time of its creation in milliseconds; the rest of the task is known. */
export const createStatement = (owner: Owner, id: string, draft: TaskDraft): Statement => ({
  text: create,
  values: [owner, id, ...writableColumns.map(({ member }) => sent(draft[member]))],
})

/** $1 owner, $2 id, $3 draft, $4 key, $5 fingerprint */
const createKeyed = `
  with prior as (${prior('create', '$4')}),
  created as (
    insert into tasks (owner, id, ${listed(writableColumns, ({ name }) => name)})
    select $1, $2, ${listed(writableColumns, ({ member }) => `"${member}"`)}
    from json_to_record($3::json)
      as draft (${listed(writableColumns, ({ member, type }) => `"${member}" ${type}`)})
    where not exists (select 1 from prior)
    returning *
  ),
  recorded as (${record('create', '$4', '$5', 'created')})
  select fingerprint as replayed, answer as task from prior
  union all select null, answer from recorded`

export const createKeyedStatement = (
  owner: Owner,
  id: string,
  draft: TaskDraft,
  { key, fingerprint }: Idempotency,
): Statement => ({ text: createKeyed, values: [owner, id, draft, key, fingerprint] })

const remove = `
  with target as materialized (
    select owner, id, version from tasks where owner = $1 and id = $2 for update
  ),
  removed as (
    delete from tasks using target
    where tasks.owner = $1 and tasks.id = $2 and ${versionIn('$3')}
    returning 1
  )
  select exists (select 1 from target) as found, exists (select 1 from removed) as removed`

export const removeStatement = (
  owner: Owner,
  id: string,
  condition: Precondition | undefined,
): Statement => ({ text: remove, values: [owner, id, condition ?? null] })
