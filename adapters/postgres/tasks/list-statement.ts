import {
  PER_PAGE_MAX,
  type TaskFilter,
  type TaskOrder,
  type TaskQuery,
} from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'
import { batchRows, batchStatement } from './batch-statement.ts'
import type { Batch, Read } from './batched-reads.ts'
import { columns } from './columns.ts'
import { pageColumns } from './page-columns.ts'
import type { Statement } from './statement.ts'

/** Adds a parameter with this value and returns the text that stands for it. */
type Parameter = (value: unknown) => string

export interface ListRead extends Read {
  query: TaskQuery
}

/**
 * Without a filter, first pages and pages by cursor have the same plan for every owner, so they can be batched.
 * The plan of all others depends on their values, see `plannedForValues`.
 */
export const listRead = (owner: Owner, query: TaskQuery): ListRead => {
  const { filter, sort, place, perPage } = query
  const batchable = isEmpty(filter) && ('after' in place || place.page === 1)
  const batchKey = [sort.by, sort.order, perPage, 'after' in place].join()
  return { owner, query, tasks: perPage, ...(batchable && { batchKey }) }
}

/**
 * For each read the columns of its page, with one task more than the page where there is one, and the total.
 * The constant inner limit is for plans made for any values: it tells the planner that a page has few rows.
 */
export const listStatement = (batch: Batch<ListRead>): Statement => {
  const [first] = batch
  const { filter, sort, place, perPage } = first.query
  const values: unknown[] = []
  const parameter: Parameter = (value) => `$${values.push(value)}`
  const single = first.batchKey === undefined
  const rows = single
    ? singleRow(first, parameter)
    : batchRows(parameter(batch.map(rowOf)), { owner: 'text', key: 'text', id: 'uuid' })
  const planning = single ? plannedForValues(parameter) : ''
  const matching = `from tasks where owner = batch.owner ${conditions(filter, parameter)} ${planning}`
  const key = sortKey(sort)
  const beyond = sort.order === 'asc' ? '>' : '<'
  const after = 'after' in place ? `and (${key}, id) ${beyond} (${cursorKey(sort)}, batch.id)` : ''
  const offset =
    'page' in place && place.page > 1
      ? `offset ${parameter(String((BigInt(place.page) - 1n) * BigInt(perPage)))}::bigint`
      : ''
  const count = isEmpty(filter)
    ? 'select coalesce(sum(tasks), 0)::int as total from task_totals where owner = batch.owner'
    : `select count(*)::int as total ${matching}`
  const total = 'page' in place ? count : 'select null::int as total'
  // Where nothing matches the page is not read: that would scan all tasks in the order of the sort, in vain.
  const unlessEmpty =
    !isEmpty(filter) && 'page' in place ? 'and (select total from counted) > 0' : ''
  const page = `
    with counted as materialized (${total})
    select batch.owner, (select total from counted) as total, ${pageColumns}
    from (
      select * from (
        select * ${matching} ${after} ${unlessEmpty}
        order by ${key} ${sort.order}, id ${sort.order} ${offset} limit ${PER_PAGE_MAX + 1}
      ) as page limit ${parameter(perPage + 1)}
    ) as page`
  return { text: batchStatement(rows, page), values }
}

/** What differs between the reads of a batch. */
const rowOf = ({ owner, query: { sort, place } }: ListRead) => ({
  owner,
  ...('after' in place && { key: place.after.key ?? lastDate(sort), id: place.after.id }),
})

/** The same for one read, as parameters whose values the planner sees. */
const singleRow = (read: ListRead, parameter: Parameter): string => {
  const { owner, key, id } = { key: null, id: null, ...rowOf(read) }
  return `(select ${parameter(owner)}::text as owner, ${parameter(key)}::text as key, ${parameter(id)}::uuid as id, 1 as at) as batch`
}

const isEmpty = ({ tags, ...rest }: TaskFilter): boolean =>
  !tags?.length && Object.values(rest).every((value) => value === undefined)

/**
 * Makes PostgreSQL plan a prepared statement for its values each time: no one plan suits owners with few and many
 * tasks, rare and frequent words and tags. After five executions PostgreSQL compares the costs of a plan for any
 * values; there this condition, which is always true, counts a billion rows. Where the value is known it disappears.
 *
 * An unnamed statement would be planned each time too, but costs another round trip and parsing: 1.25 times as much
 * for an owner with 1,000 tasks, 1.1 times with 100,000 (medians of 1,000 lists each on a local server).
 */
const plannedForValues = (parameter: Parameter): string =>
  `and (${parameter(true)}::boolean or (select count(*) > 0 from generate_series(1, 1000000000)))`

/** A missing date is last in either order. */
const lastDate = ({ order }: TaskOrder) => (order === 'asc' ? 'infinity' : '-infinity')

/** Exactly the expressions of the indexes; another spelling would not use them. */
const DUE_OR_LAST = `coalesce(due_date, 'infinity')`
const DUE_OR_FIRST = `coalesce(due_date, '-infinity')`

const sortKey = ({ by, order }: TaskOrder): string => {
  if (by === 'title') return 'title collate "C"'
  if (by === 'dueDate') return order === 'asc' ? DUE_OR_LAST : DUE_OR_FIRST
  return columns[by].name
}

/** The key of the cursor, of the type of the sort key. */
const cursorKey = ({ by }: TaskOrder): string => {
  if (by === 'title') return 'batch.key collate "C"'
  return `batch.key::${columns[by].type}`
}

const conditions = (filter: TaskFilter, parameter: Parameter): string => {
  const { completed, priorities, tags, search, dueBefore, dueAfter } = filter
  const list = (texts: readonly string[]) =>
    `array(select json_array_elements_text(${parameter(texts)}::json))`
  const all = [
    completed !== undefined && `completed = ${parameter(completed)}`,
    priorities && `priority = any (${list(priorities)}::task_priority[])`,
    tags?.length && `tags @> ${list(tags)}`,
    dueBefore && `${DUE_OR_LAST} <= ${parameter(dueBefore)}::text::date`,
    dueAfter && `${DUE_OR_FIRST} >= ${parameter(dueAfter)}::text::date`,
    search !== undefined && contains(parameter(substringPattern(search))),
  ]
  return all.map((condition) => (condition ? ` and ${condition}` : '')).join('')
}

const contains = (pattern: string) =>
  `(lower(title) like lower(${pattern}) or lower(description) like lower(${pattern}))`

/** A LIKE pattern for a literal substring (PostgreSQL §9.7.1). */
const substringPattern = (text: string): string =>
  `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
