import type postgres from 'postgres'
import type { Once, Precondition } from '../../application/ports/owned-tasks.ts'
import type { TaskFilter, TaskOrder, TaskQuery } from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import type { TaskChange, TaskDraft } from '../../domain/task.ts'
import type { Sql } from './connection.ts'

export type Fragment = postgres.PendingQuery<postgres.Row[]>

/** A row of `source` as the JSON of a domain task. Times are spelt out here, whatever the session's settings. */
const taskJson = (sql: Sql, source: string): Fragment => sql`json_build_object(
  'id', ${sql(source)}.id,
  'title', ${sql(source)}.title,
  'description', ${sql(source)}.description,
  'completed', ${sql(source)}.completed,
  'priority', ${sql(source)}.priority,
  'dueDate', to_char(${sql(source)}.due_date, 'YYYY-MM-DD'),
  'tags', ${sql(source)}.tags,
  'createdAt', to_char(${sql(source)}.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'updatedAt', to_char(${sql(source)}.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'version', ${sql(source)}.version)`

/** The record of an earlier request under the key, while it counts. */
const prior = (sql: Sql, owner: Owner, operation: string, { key }: Once): Fragment => sql`
  select fingerprint, answer from idempotency_keys
  where owner = ${owner} and operation = ${operation} and key = ${key}
    and created_at > now() - interval '24 hours'`

/** Records the answer with the change itself. A concurrent first use makes this wait, then fail as a duplicate. */
const record = (
  sql: Sql,
  owner: Owner,
  operation: string,
  { key, fingerprint }: Once,
  source: string,
): Fragment => sql`
  insert into idempotency_keys (owner, operation, key, fingerprint, answer)
  select ${owner}, ${operation}, ${key}, ${fingerprint}, ${taskJson(sql, source)} from ${sql(source)}`

export const createStatement = (
  sql: Sql,
  owner: Owner,
  id: string,
  draft: TaskDraft,
): Fragment => sql`
  with created as (${insertTask(sql, owner, id, draft)})
  select ${taskJson(sql, 'created')} as task from created`

export const createOnceStatement = (
  sql: Sql,
  owner: Owner,
  id: string,
  draft: TaskDraft,
  once: Once,
): Fragment => sql`
  with prior as (${prior(sql, owner, 'create', once)}),
  created as (${insertTask(sql, owner, id, draft, sql`where not exists (select from prior)`)}),
  recorded as (${record(sql, owner, 'create', once, 'created')})
  select fingerprint as replayed, answer as task from prior
  union all select null, ${taskJson(sql, 'created')} from created`

const insertTask = (
  sql: Sql,
  owner: Owner,
  id: string,
  draft: TaskDraft,
  condition: Fragment = sql``,
): Fragment => sql`
  insert into tasks (owner, id, title, description, completed, priority, due_date, tags)
  select ${owner}, ${id}, title, description, completed, priority, "dueDate", tags
  from json_to_record(${sql.json({ ...draft, tags: [...draft.tags] })}::json)
    as draft (title text, description text, completed boolean, priority task_priority, "dueDate" date, tags text[])
  ${condition}
  returning *`

export interface Change {
  owner: Owner
  id: string
  members: TaskChange
  toggle?: boolean
  condition?: Precondition | undefined
}

/**
 * Locks the task, works out what it is to become, writes that if it differs and the condition holds. One row
 * for a task that is there: as it is now, and whether the condition held.
 */
export const changeStatement = (sql: Sql, change: Change): Fragment => sql`
  with ${changeSteps(sql, change)}
  select null as replayed, allowed, ${taskJson(sql, 'outcome')} as task from outcome`

export const changeOnceStatement = (sql: Sql, change: Change, once: Once): Fragment => sql`
  with prior as (${prior(sql, change.owner, 'complete', once)}),
  ${changeSteps(sql, change, sql`and not exists (select from prior)`)},
  granted as (select * from outcome where allowed),
  recorded as (${record(sql, change.owner, 'complete', once, 'granted')})
  select fingerprint as replayed, true as allowed, answer as task from prior
  union all select null, allowed, ${taskJson(sql, 'outcome')} from outcome`

const changeSteps = (
  sql: Sql,
  { owner, id, members, toggle, condition }: Change,
  unless: Fragment = sql``,
): Fragment => sql`
  target as materialized (
    select * from tasks where owner = ${owner} and id = ${id} ${unless} for update
  ),
  wanted as (
    select target.owner, target.id, ${versionIn(sql, condition)} as allowed, sent.*,
      (target.title, target.description, target.completed, target.priority, target.due_date, target.tags)
        is distinct from
        (sent.title, sent.description, sent.completed, sent.priority, sent.due_date, sent.tags) as differs
    from target, (select ${sql.json(members as postgres.JSONValue)}::jsonb as change) as input, lateral (select
      coalesce(change ->> 'title', target.title) as title,
      case when change ? 'description' then change ->> 'description' else target.description end as description,
      ${toggle ? sql`not target.completed` : sql`coalesce((change ->> 'completed')::boolean, target.completed)`} as completed,
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

/** Whether the locked row has one of the versions asked for. */
const versionIn = (sql: Sql, condition: Precondition | undefined): Fragment =>
  condition
    ? sql`target.version in (select json_array_elements_text(${sql.json([...condition])}::json)::bigint)`
    : sql`true`

export const removeStatement = (
  sql: Sql,
  owner: Owner,
  id: string,
  condition: Precondition | undefined,
): Fragment => sql`
  with target as materialized (
    select owner, id, version from tasks where owner = ${owner} and id = ${id} for update
  ),
  removed as (
    delete from tasks using target
    where tasks.owner = target.owner and tasks.id = target.id and ${versionIn(sql, condition)}
    returning 1
  )
  select exists (select from target) as found, exists (select from removed) as removed`

export const getStatement = (sql: Sql, owner: Owner, id: string): Fragment => sql`
  select ${taskJson(sql, 'tasks')} as task from tasks where owner = ${owner} and id = ${id}`

/** One row: the page as a JSON list with one task more than asked for where there is one, and the total. */
export const listStatement = (sql: Sql, owner: Owner, query: TaskQuery): Fragment => {
  const { filter, sort, place, perPage } = query
  const among = sql`from tasks where owner = ${owner} ${filters(sql, filter)}`
  const key = sortKey(sql, sort)
  const direction = sort.order === 'asc' ? sql`asc` : sql`desc`
  const from =
    'page' in place
      ? sql`offset ${String((BigInt(place.page) - 1n) * BigInt(perPage))}::bigint`
      : sql``
  const behind =
    'after' in place
      ? sql`and (${key}, id) ${sort.order === 'asc' ? sql`>` : sql`<`} (${afterKey(sql, sort, place.after.key)}, ${place.after.id}::uuid)`
      : sql``
  const total = 'page' in place ? sql`(select count(*)::int ${among})` : sql`null::int`
  return sql`
    select ${total} as total, coalesce(json_agg(${taskJson(sql, 'page')}), '[]') as tasks
    from (
      select * ${among} ${behind}
      order by ${key} ${direction}, id ${direction} limit ${perPage + 1} ${from}
    ) as page`
}

/** The expressions of the indexes, letter by letter. A missing date is last either way. */
const sortKey = (sql: Sql, { by, order }: TaskOrder): Fragment => {
  if (by === 'title') return sql`title collate "C"`
  if (by === 'due_date') return order === 'asc' ? dueOrLast(sql) : dueOrFirst(sql)
  return sql`${sql(by)}`
}
const dueOrLast = (sql: Sql) => sql`coalesce(due_date, 'infinity')`
const dueOrFirst = (sql: Sql) => sql`coalesce(due_date, '-infinity')`

const afterKey = (sql: Sql, { by, order }: TaskOrder, key: string | null): Fragment => {
  if (by === 'title') return sql`${key}::text collate "C"`
  if (by === 'priority') return sql`${key}::text::task_priority`
  if (by === 'due_date')
    return sql`${key ?? (order === 'asc' ? 'infinity' : '-infinity')}::text::date`
  return sql`${key}::text::timestamptz`
}

const filters = (sql: Sql, filter: TaskFilter): Fragment => {
  const { completed, priorities, tags, search, dueBefore, dueAfter } = filter
  const list = (values: readonly string[]) =>
    sql`array(select json_array_elements_text(${sql.json([...values])}::json))`
  return sql`
    ${completed === undefined ? sql`` : sql`and completed = ${completed}`}
    ${priorities ? sql`and priority = any (${list(priorities)}::task_priority[])` : sql``}
    ${tags?.length ? sql`and tags @> ${list(tags)}` : sql``}
    ${dueBefore ? sql`and ${dueOrLast(sql)} <= ${dueBefore}::text::date` : sql``}
    ${dueAfter ? sql`and ${dueOrFirst(sql)} >= ${dueAfter}::text::date` : sql``}
    ${search === undefined ? sql`` : sql`and (lower(title) like lower(${containing(search)}) or lower(description) like lower(${containing(search)}))`}`
}

/** A LIKE pattern for a literal substring (PostgreSQL §9.7.1). */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
