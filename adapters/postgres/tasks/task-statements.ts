import type { Idempotency, Precondition } from '../../../application/ports/owned-tasks.ts'
import type { Owner } from '../../../domain/owner.ts'
import type { TaskChange, TaskDraft } from '../../../domain/task.ts'
import type { Sql } from '../pool/connection.ts'
import { answersTo, askedIn } from './batch-statement.ts'

/** One statement and the values of its parameters. Its text depends on what is asked for, never on a value. */
export interface Statement {
  text: string
  values: readonly unknown[]
}

/** The one row that a statement returns, or none. It is prepared by name where the connection allows it. */
export const ask = <Row>(sql: Sql, { text, values }: Statement): PromiseLike<Row | undefined> =>
  sql.unsafe<Row[]>(text, values as never[], { prepare: true }).then(taken)

/**
 * Takes the row out of its result. The driver's queries live on in closures for two collections of the young
 * heap, and would have all that they hold copied with them.
 */
const taken = <Row>(rows: Row[]): Row | undefined => {
  const [row] = rows
  rows.length = 0
  return row
}

/**
 * A row of `source` as the JSON of a domain task. Times are spelt out here, whatever the session's settings.
 * (`json_build_object` looks up the type of each member for each row.)
 */
export const taskJson = (source: string): string => `(
  select row_to_json(task) from (select ${source}.id, ${source}.title, ${source}.description,
    ${source}.completed, ${source}.priority, to_char(${source}.due_date, 'YYYY-MM-DD') as "dueDate", ${source}.tags,
    to_char(${source}.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
    to_char(${source}.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt",
    ${source}.version
  ) as task)`

/** $1 owners and ids */
const get = answersTo(
  askedIn('$1', { owner: 'text', id: 'uuid' }),
  `select asked.owner, (
    select ${taskJson('tasks')} from tasks where owner = asked.owner and id = asked.id
  ) as task`,
)

export const getStatement = (asked: readonly { owner: Owner; id: string }[]): Statement => ({
  text: get,
  values: [asked.map(({ owner, id }) => ({ owner, id }))],
})

/** The record of an earlier request of the owner $1 under the key, while it counts. */
const prior = (operation: string, key: string) => `
  select fingerprint, answer from idempotency_keys
  where owner = $1 and operation = '${operation}' and key = ${key}
    and created_at > now() - interval '24 hours'`

/** Records the answer with the change itself. A concurrent first use makes this wait, then fail as a duplicate. */
const record = (operation: string, key: string, fingerprint: string, source: string) => `
  insert into idempotency_keys (owner, operation, key, fingerprint, answer)
  select $1, '${operation}', ${key}, ${fingerprint}, ${taskJson(source)} from ${source}`

/** $1 owner, $2 id, $3 draft */
const insertTask = (condition = '') => `
  insert into tasks (owner, id, title, description, completed, priority, due_date, tags)
  select $1, $2, title, description, completed, priority, "dueDate", tags
  from json_to_record($3::json)
    as draft (title text, description text, completed boolean, priority task_priority, "dueDate" date, tags text[])
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

/** Whether the locked row has one of the versions asked for; null asks for none. */
const versionIn = (versions: string) =>
  `(${versions}::json is null or target.version in (select json_array_elements_text(${versions}::json)::bigint))`

/** $1 owner, $2 id, $3 members, $4 versions, $5 whether to toggle */
const changeSteps = (unless = '') => `
  target as materialized (
    select * from tasks where owner = $1 and id = $2 ${unless} for update
  ),
  wanted as (
    select target.owner, target.id, ${versionIn('$4')} as allowed, sent.*,
      (target.title, target.description, target.completed, target.priority, target.due_date, target.tags)
        is distinct from
        (sent.title, sent.description, sent.completed, sent.priority, sent.due_date, sent.tags) as differs
    from target, (select $3::jsonb as change) as input, lateral (select
      coalesce(change ->> 'title', target.title) as title,
      case when change ? 'description' then change ->> 'description' else target.description end as description,
      case when $5 then not target.completed
        else coalesce((change ->> 'completed')::boolean, target.completed) end as completed,
      coalesce((change ->> 'priority')::task_priority, target.priority) as priority,
      case when change ? 'dueDate' then (change ->> 'dueDate')::date else target.due_date end as due_date,
      case when change ? 'tags' then array(select jsonb_array_elements_text(change -> 'tags')) else target.tags end as tags
    ) as sent
  ),
  -- Only the locked row in "target" is sure to be the latest: the snapshot behind "tasks" may be older, so
  -- nothing but the key is compared with it.
  changed as (
    update tasks set
      title = wanted.title, description = wanted.description, completed = wanted.completed,
      priority = wanted.priority, due_date = wanted.due_date, tags = wanted.tags,
      version = tasks.version + 1,
      -- Two changes within a millisecond, or a clock set back, must not make time stand or go back.
      updated_at = greatest(date_trunc('milliseconds', now()), tasks.updated_at + interval '1 millisecond')
    from wanted
    where tasks.owner = wanted.owner and tasks.id = wanted.id and allowed and differs
    returning tasks.*
  ),
  outcome as (
    select true as allowed, changed.* from changed
    union all
    select allowed, target.* from target join wanted using (owner, id) where not (allowed and differs)
  )`

export interface Change {
  owner: Owner
  id: string
  members: TaskChange
  toggle?: boolean
  condition?: Precondition | undefined
}

const change = `
  with ${changeSteps()}
  select null as replayed, allowed, ${taskJson('outcome')} as task from outcome`

/**
 * Locks the task, works out what it is to become, writes that if it differs and the condition holds. One row
 * for a task that is there: as it is now, and whether the condition held.
 */
export const changeStatement = (wanted: Change): Statement => ({
  text: change,
  values: changeValues(wanted),
})

const changeKeyed = `
  with prior as (${prior('complete', '$6')}),
  ${changeSteps('and not exists (select from prior)')},
  granted as (select * from outcome where allowed),
  recorded as (${record('complete', '$6', '$7', 'granted')})
  select fingerprint as replayed, true as allowed, answer as task from prior
  union all select null, allowed, ${taskJson('outcome')} from outcome`

export const changeKeyedStatement = (
  wanted: Change,
  { key, fingerprint }: Idempotency,
): Statement => ({
  text: changeKeyed,
  values: [...changeValues(wanted), key, fingerprint],
})

const changeValues = ({ owner, id, members, condition, toggle }: Change) => [
  ...[owner, id, members, condition ?? null, toggle === true],
]

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
