import type { Idempotency, Precondition } from '../../../application/ports/owned-tasks.ts'
import type { Owner } from '../../../domain/owner.ts'
import type { TaskDraft } from '../../../domain/task.ts'
import { batchRows, batchStatement } from './batch-statement.ts'
import { versionIn } from './change-statement.ts'
import { listed, taskJson, writableColumns } from './columns.ts'
import { prior, record } from './idempotency-record.ts'
import type { Statement } from './statement.ts'

/** $1 owners and ids */
const get = batchStatement(
  batchRows('$1', { owner: 'text', id: 'uuid' }),
  `select batch.owner, (
    select ${taskJson('tasks')} from tasks where owner = batch.owner and id = batch.id
  ) as task`,
)

export const getStatement = (batch: readonly { owner: Owner; id: string }[]): Statement => ({
  text: get,
  values: [batch.map(({ owner, id }) => ({ owner, id }))],
})

/** $1 owner, $2 id, $3 draft */
const insertTask = (condition = '') => `
  insert into tasks (owner, id, ${listed(writableColumns, ({ name }) => name)})
  select $1, $2, ${listed(writableColumns, ({ member }) => `"${member}"`)}
  from json_to_record($3::json)
    as draft (${listed(writableColumns, ({ member, type }) => `"${member}" ${type}`)})
  ${condition}
  returning *`

const create = `
  with created as (${insertTask()})
  select ${taskJson('created')} as task from created`

export const createStatement = (owner: Owner, id: string, draft: TaskDraft): Statement => ({
  text: create,
  values: [owner, id, draft],
})

const createKeyed = `
  with prior as (${prior('create', '$4')}),
  created as (${insertTask('where not exists (select from prior)')}),
  recorded as (${record('create', '$4', '$5', 'created')})
  select fingerprint as replayed, answer as task from prior
  union all select null, ${taskJson('created')} from created`

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
    where tasks.owner = target.owner and tasks.id = target.id and ${versionIn('$3')}
    returning 1
  )
  select exists (select from target) as found, exists (select from removed) as removed`

export const removeStatement = (
  owner: Owner,
  id: string,
  condition: Precondition | undefined,
): Statement => ({ text: remove, values: [owner, id, condition ?? null] })
