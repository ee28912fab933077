import { batchResults } from './batch-statement.ts'
import type { Batch } from './batches.ts'
import { changedColumns, versionIn } from './change-statement.ts'
import { allColumns, listed, taskColumns, writableColumns } from './columns.ts'
import type { Statement } from './statement.ts'
import type { ChangeRequest, CreateRequest, RemoveRequest } from './write-requests.ts'

/** Writes of several tasks, all or none. $1 is a list of what each of them is told, and its rows are `batch`. */

const create = `
  with result as (
    insert into tasks (owner, id, ${listed(writableColumns, ({ name }) => name)})
    select owner, id, ${listed(writableColumns, ({ member }) => `"${member}"`)}
    from json_to_recordset($1::json) as batch (owner text, id uuid,
      ${listed(writableColumns, ({ member, type }) => `"${member}" ${type}`)})
    returning owner, id as about,
      extract(epoch from created_at at time zone 'UTC')::float8 * 1000 as created
  )
  select ${batchResults('result')}`

/** Returns for each task the time of its creation, in any order. */
export const createBatchStatement = (batch: Batch<CreateRequest>): Statement => ({
  text: create,
  values: [batch.map(({ owner, about, draft }) => ({ owner, id: about, ...draft }))],
})

/**
 * The tasks that are there and that nobody else has locked. A statement for many waits for no task, so that there is
 * no deadlock and nobody waits for somebody else's: whoever is left out is asked alone, and waits alone.
 */
const target = `
  batch as materialized (
    select * from json_to_recordset($1::json)
      as batch (owner text, id uuid, change jsonb, versions json, toggle boolean)
  ),
  target as materialized (
    select tasks.*, batch.change, batch.versions, batch.toggle
    from batch join tasks on tasks.owner = batch.owner and tasks.id = batch.id
    for update of tasks skip locked
  ),
  missing as (
    select owner, id as about from batch
    where not exists (select 1 from tasks where tasks.owner = batch.owner and tasks.id = batch.id)
  )`

const stored = (source: string) =>
  `${source}.owner, ${listed(allColumns, ({ name }) => `${source}.${name}`)}`

const change = `
  with ${target},
  proposed as (
    select target.owner, target.id, ${versionIn('target.versions')} as allowed,
      ${changedColumns('target.toggle')}
  ),
  changed as (
    update tasks set
      ${listed(writableColumns, ({ name }) => `${name} = proposed.${name}`)},
      version = tasks.version + 1,
      updated_at = proposed.changed_at
    from proposed
    where tasks.owner = proposed.owner and tasks.id = proposed.id and allowed and differs
    returning ${stored('tasks')}
  ),
  outcome as (
    select true as allowed, changed.* from changed
    union all
    select allowed, ${stored('target')}
    from target join proposed using (owner, id) where not (allowed and differs)
  ),
  result as (
    select outcome.owner, outcome.id as about, (
      select row_to_json(changed)
      from (select outcome.allowed, ${taskColumns('outcome')}) as changed
    ) as changed
    from outcome
    union all select owner, about, null from missing
  )
  select ${batchResults('result')}`

/** Returns each task as it is afterwards and whether its precondition held, or null, in any order. */
export const changeBatchStatement = (batch: Batch<ChangeRequest>): Statement => ({
  text: change,
  values: [
    batch.map(({ owner, about, change: { change, condition, toggle } }) => ({
      ...{ owner, id: about, change, toggle: toggle === true },
      ...(condition && { versions: condition }),
    })),
  ],
})

const remove = `
  with ${target},
  judged as (
    select target.owner, target.id as about, true as found,
      ${versionIn('target.versions')} as removed
    from target
    union all select owner, about, false, false from missing
  ),
  removed as (
    delete from tasks using judged
    where tasks.owner = judged.owner and tasks.id = judged.about and judged.removed
  )
  select ${batchResults('judged')}`

/** Returns for each task whether its precondition held, so that it was deleted, in any order. */
export const removeBatchStatement = (batch: Batch<RemoveRequest>): Statement => ({
  text: remove,
  values: [
    batch.map(({ owner, about, condition }) => ({
      ...{ owner, id: about },
      ...(condition && { versions: condition }),
    })),
  ],
})
