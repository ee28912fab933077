import type { TaskFilter, TaskOrder, TaskQuery } from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import { type Statement, taskJson } from './task-statements.ts'

/** Makes a parameter of a value; the text that stands for it. */
type Given = (value: unknown) => string

/** One row: the page as a JSON list with one task more than asked for where there is one, and the total. */
export const listStatement = (owner: Owner, query: TaskQuery): Statement => {
  const { filter, sort, place, perPage } = query
  const values: unknown[] = []
  const given: Given = (value) => `$${values.push(value)}`
  const among = `from tasks where owner = ${given(owner)}${filters(filter, given)}`
  const key = sortKey(sort)
  const before = sort.order === 'asc' ? '>' : '<'
  const behind =
    'after' in place
      ? `and (${key}, id) ${before} (${afterKey(sort, place.after.key, given)}, ${given(place.after.id)}::uuid)`
      : ''
  const skipped =
    'page' in place
      ? `offset ${given(String((BigInt(place.page) - 1n) * BigInt(perPage)))}::bigint`
      : ''
  const total = 'page' in place ? `(select count(*)::int ${among})` : 'null::int'
  const text = `
    select ${total} as total, coalesce(json_agg(${taskJson('page')}), '[]') as tasks
    from (
      select * ${among} ${behind}
      order by ${key} ${sort.order}, id ${sort.order} limit ${given(perPage + 1)} ${skipped}
    ) as page`
  return { text, values }
}

const DUE_OR_LAST = `coalesce(due_date, 'infinity')`
const DUE_OR_FIRST = `coalesce(due_date, '-infinity')`

/** The expressions of the indexes, letter by letter. A missing date is last either way. */
const sortKey = ({ by, order }: TaskOrder): string => {
  if (by === 'title') return 'title collate "C"'
  if (by === 'due_date') return order === 'asc' ? DUE_OR_LAST : DUE_OR_FIRST
  return by
}

const afterKey = ({ by, order }: TaskOrder, key: string | null, given: Given): string => {
  if (by === 'title') return `${given(key)}::text collate "C"`
  if (by === 'priority') return `${given(key)}::text::task_priority`
  if (by === 'due_date')
    return `${given(key ?? (order === 'asc' ? 'infinity' : '-infinity'))}::text::date`
  return `${given(key)}::text::timestamptz`
}

const filters = (filter: TaskFilter, given: Given): string => {
  const { completed, priorities, tags, search, dueBefore, dueAfter } = filter
  const list = (texts: readonly string[]) =>
    `array(select json_array_elements_text(${given(texts)}::json))`
  const conditions = [
    completed !== undefined && `completed = ${given(completed)}`,
    priorities && `priority = any (${list(priorities)}::task_priority[])`,
    tags?.length && `tags @> ${list(tags)}`,
    dueBefore && `${DUE_OR_LAST} <= ${given(dueBefore)}::text::date`,
    dueAfter && `${DUE_OR_FIRST} >= ${given(dueAfter)}::text::date`,
    search !== undefined && contains(given(containing(search))),
  ]
  return conditions.map((condition) => (condition ? ` and ${condition}` : '')).join('')
}

const contains = (pattern: string) =>
  `(lower(title) like lower(${pattern}) or lower(description) like lower(${pattern}))`

/** A LIKE pattern for a literal substring (PostgreSQL §9.7.1). */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
