import type { Idempotency, Precondition } from '../../../application/ports/owned-tasks.ts'
import type { Owner } from '../../../domain/owner.ts'
import type { TaskChange } from '../../../domain/task.ts'
import { type Column, listed, taskColumns, writableColumns } from './columns.ts'
import { prior, record } from './idempotency-record.ts'
import type { Statement } from './statement.ts'

/** Whether the locked row has one of these versions; null for any. */
export const versionIn = (versions: string) =>
  `(${versions}::json is null or target.version in (select json_array_elements_text(${versions}::json)::bigint))`

/** The value that a column gets: the one in `change` where the member is there, else the one of the locked row. */
const changedValue = ({ member, name, type }: Column, toggled: string): string => {
  const toggle = member === 'completed' ? `when ${toggled} then not target.${name}` : ''
  const value =
    type === 'text[]'
      ? `array(select jsonb_array_elements_text(change -> '${member}'))`
      : `(change ->> '${member}')::${type}`
  return `
      case ${toggle} when change ? '${member}' then ${value} else target.${name} end as ${name}`
}

const writableOf = (source: string) => listed(writableColumns, ({ name }) => `${source}.${name}`)

/** What the row of `target` would become, whether that differs, and when; `change` holds the members to be changed. */
export const changedColumns = (toggled: string, change = '') => `revised.*,
      -- Later than before even for two changes within a millisecond or after the clock was set back.
      greatest(date_trunc('milliseconds', now()), target.updated_at + interval '1 millisecond') as changed_at,
      (${writableOf('target')}) is distinct from (${writableOf('revised')}) as differs
    from target${change}, lateral (select
      ${listed(writableColumns, (column) => changedValue(column, toggled))}
    ) as revised`

/**
 * Locks the task, computes its new values, and writes them if they differ and the precondition holds.
 * $1 owner, $2 id, $3 change, $4 versions, $5 whether to toggle
 */
const changeSteps = (condition = '') => `
  target as materialized (
    select * from tasks where owner = $1 and id = $2 ${condition} for update
  ),
  proposed as (
    select target.owner, target.id, ${versionIn('$4')} as allowed,
      ${changedColumns('$5', ', (select $3::jsonb as change) as parameter')}
  ),
  -- Only the locked row in "target" is sure to be the latest: the snapshot that "tasks" is read from may be older,
  -- so nothing but the key is compared with it. The key is named in full wherever "tasks" is, which is how an
  -- engine that shards by owner knows that there is one shard to ask (decisions/0042).
  changed as (
    update tasks set
      ${listed(writableColumns, ({ name }) => `${name} = proposed.${name}`)},
      version = tasks.version + 1,
      updated_at = proposed.changed_at
    from proposed where tasks.owner = $1 and tasks.id = $2 and allowed and differs
    returning tasks.*
  ),
  outcome as (
    select true as allowed, changed.* from changed
    union all
    select allowed, target.* from target join proposed using (owner, id) where not (allowed and differs)
  )`

export interface ChangeParameters {
  owner: Owner
  id: string
  change: TaskChange
  /** inverts `completed`, whatever the change says */
  toggle?: boolean
  condition?: Precondition | undefined
}

const change = `
  with ${changeSteps()}
  select allowed, ${taskColumns('outcome')} from outcome`

/** Returns the task as it is afterwards and whether the precondition held; no row where there is no such task. */
export const changeStatement = (parameters: ChangeParameters): Statement => ({
  text: change,
  values: changeValues(parameters),
})

const changeKeyed = `
  with prior as (${prior('complete', '$6')}),
  ${changeSteps('and not exists (select 1 from prior)')},
  granted as (select * from outcome where allowed),
  recorded as (${record('complete', '$6', '$7', 'granted')})
  select fingerprint as replayed, answer as task from prior
  union all select null, answer from recorded
  union all select null, null from outcome where not allowed`

export const changeKeyedStatement = (
  parameters: ChangeParameters,
  { key, fingerprint }: Idempotency,
): Statement => ({ text: changeKeyed, values: [...changeValues(parameters), key, fingerprint] })

const changeValues = ({ owner, id, change, condition, toggle }: ChangeParameters) => [
  ...[owner, id, change, condition ?? null, toggle === true],
]
