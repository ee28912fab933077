import {
  PER_PAGE_MAX,
  type TaskFilter,
  type TaskOrder,
  type TaskQuery,
} from '../../domain/listing.ts'
import type { Owner } from '../../domain/owner.ts'
import { type Statement, taskJson } from './task-statements.ts'

/** Makes a parameter of a value; the text that stands for it. */
type Given = (value: unknown) => string

/**
 * One row: the page as a JSON list with one task more than asked for where there is one, and the total.
 *
 * Without a filter the first page and those by cursor have one plan for every owner, so it is made once: from values
 * that are hidden from it, and by an inner limit that tells how few rows it is ever about. Others depend on the
 * values, see `plannedAnew`.
 */
export const listStatement = (owner: Owner, query: TaskQuery): Statement => {
  const { filter, sort, place, perPage } = query
  const all = isEmpty(filter)
  const forAnybody = all && ('after' in place || place.page === 1)
  const values: unknown[] = []
  const given: Given = (value) => `$${values.push(value)}`
  const shown = (value: string) => (forAnybody ? `(select ${value})` : value)
  const mine = `where owner = ${shown(`${given(owner)}::text`)}`
  const planning = forAnybody ? '' : plannedAnew(given)
  const among = `from tasks ${mine}${filters(filter, given)} ${planning}`
  const key = sortKey(sort)
  const before = sort.order === 'asc' ? '>' : '<'
  const behind =
    'after' in place
      ? `and (${key}, id) ${before}
          (${shown(afterKey(sort, place.after.key, given))}, ${shown(`${given(place.after.id)}::uuid`)})`
      : ''
  const skipped =
    'page' in place && place.page > 1
      ? `offset ${given(String((BigInt(place.page) - 1n) * BigInt(perPage)))}::bigint`
      : ''
  const counted = all
    ? `select coalesce(sum(tasks), 0)::int as total from task_totals ${mine}`
    : `select count(*)::int as total ${among}`
  const total = 'page' in place ? counted : 'select null::int as total'
  // Where nothing matches, nothing is looked for: walking through all tasks in order would be in vain.
  const unless = !all && 'page' in place ? 'and (select total from counted) > 0' : ''
  const text = `
    with counted as materialized (${total})
    select (select total from counted) as total, coalesce(json_agg(${taskJson('page')}), '[]') as tasks
    from (
      select * from (
        select * ${among} ${behind} ${unless}
        order by ${key} ${sort.order}, id ${sort.order} ${skipped} limit ${PER_PAGE_MAX + 1}
      ) as page limit ${given(perPage + 1)}
    ) as page`
  return { text, values }
}

const isEmpty = ({ tags, ...rest }: TaskFilter): boolean =>
  !tags?.length && Object.values(rest).every((value) => value === undefined)

/**
 * Has a prepared statement planned for its own values each time: no plan suits owners, words and tags of any size.
 * Where the value is known this condition is gone; in a plan for any value it would cost more than all else.
 */
const plannedAnew = (given: Given): string =>
  `and (${given(true)}::boolean or (select count(*) > 0 from generate_series(1, 1000000000)))`

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
