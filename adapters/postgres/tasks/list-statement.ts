import {
  PER_PAGE_MAX,
  type TaskFilter,
  type TaskOrder,
  type TaskQuery,
} from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'
import { batchRows } from './batch-statement.ts'
import type { Batch, Request } from './batches.ts'
import { columns } from './columns.ts'
import { pageColumns } from './page-columns.ts'
import type { Statement } from './statement.ts'

/** Adds a parameter with this value and returns the text that stands for it. */
type Parameter = (value: unknown) => string

export interface ListRead extends Request {
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

/** For a read that is sent alone: its page, with one task more where there is one, the total, and whose they are. */
export const listStatement = (read: ListRead): Statement => {
  const values: unknown[] = []
  const parameter: Parameter = (value) => `$${values.push(value)}`
  const { key, id, owner } = rowOf(read)
  const row = {
    owner: `${parameter(owner)}::text`,
    ...(id !== undefined && { key: `${parameter(key)}::text`, id: `${parameter(id)}::uuid` }),
  }
  const planning = plannedForValues(parameter)
  return { text: pageStatement(read.query, row, parameter, planning), values }
}

/**
 * The same for reads with one batch key, which differ in nothing but `rowOf`, a row for each. They are rows of one
 * parameter even where there is only one: values that the planner does not see cannot tempt it to plan anew for each.
 */
export const listBatchStatement = (batch: Batch<ListRead>): Statement => {
  const values: unknown[] = []
  const parameter: Parameter = (value) => `$${values.push(value)}`
  const rows = batchRows(parameter(batch.map(rowOf)), { owner: 'text', key: 'text', id: 'uuid' })
  const row = { owner: 'batch.owner', key: 'batch.key', id: 'batch.id' }
  const page = pageStatement(batch[0].query, row, parameter)
  return { text: `select page.* from ${rows}, lateral (${page}) as page order by batch.at`, values }
}

/** What differs between the reads of a batch. */
const rowOf = ({ owner, query: { sort, place } }: ListRead): { [K in keyof Row]: string } => ({
  owner,
  ...('after' in place && { key: place.after.key ?? lastDate(sort), id: place.after.id }),
})

/** How the owner, and the position that a page starts behind, are named in the text. */
interface Row {
  owner: string
  key?: string
  id?: string
}

/** The constant inner limit is for plans made for any values: it tells the planner that a page has few rows. */
const pageStatement = (
  { filter, sort, place, perPage }: TaskQuery,
  { owner, key, id }: Row,
  parameter: Parameter,
  planning = '',
) => {
  const unindexed = isAboutContent(filter) ? unindexedTasks(owner) : ''
  const tasks = unindexed ? contentOf(owner) : 'tasks'
  const matching = `from ${tasks} where owner = ${owner} ${isEmpty(filter) ? '' : conditions(filter, parameter)} ${planning}`
  const by = sortKey(sort)
  const beyond = sort.order === 'asc' ? '>' : '<'
  const after = 'after' in place ? `and (${by}, id) ${beyond} (${ofSortKey(sort, key)}, ${id})` : ''
  const offset =
    'page' in place && place.page > 1
      ? `offset ${parameter(String((BigInt(place.page) - 1n) * BigInt(perPage)))}::bigint`
      : ''
  const count = isEmpty(filter)
    ? `select coalesce(sum(tasks), 0)::int as total from task_totals where owner = ${owner}`
    : `select count(*)::int as total ${matching}`
  const total = 'page' in place ? count : 'select null::int as total'
  // Where nothing matches the page is not read: that would scan all tasks in the order of the sort, in vain.
  const unlessEmpty =
    !isEmpty(filter) && 'page' in place ? 'and (select total from counted) > 0' : ''
  return `
    with ${unindexed} counted as materialized (${total})
    select ${owner} as owner, (select total from counted) as total, ${pageColumns}
    from (
      select * from (
        select * ${matching} ${after} ${unlessEmpty}
        order by ${by} ${sort.order}, id ${sort.order} ${offset} limit ${PER_PAGE_MAX + 1}
      ) as page limit ${parameter(perPage + 1)}
    ) as page`
}

const isEmpty = ({ tags, ...rest }: TaskFilter): boolean =>
  !tags?.length && Object.values(rest).every((value) => value === undefined)

const isAboutContent = ({ tags, search }: TaskFilter): boolean =>
  search !== undefined || Boolean(tags?.length)

/**
 * An owner's first tasks are left out of the index of tags and texts, and are read instead (decisions/0043). There are
 * few of them, which the planner must not have to guess: it would look for them among all others.
 */
const unindexedTasks = (owner: string): string => `unindexed as materialized (
      select * from tasks where owner = ${owner} and not content_indexed
    ),`

const contentOf = (owner: string): string => `(
        select * from unindexed
        union all select * from tasks where owner = ${owner} and content_indexed
      ) as tasks`

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

/** The text as a value of the type of the sort key. */
const ofSortKey = ({ by }: TaskOrder, text = 'null'): string =>
  by === 'title' ? `${text} collate "C"` : `${text}::${columns[by].type}`

/**
 * All of them, whichever are given: so there are few texts, where a connection would come to prepare one for each way to
 * choose among them. Planned for its values, a statement has nothing left of a filter that is null.
 */
const conditions = (filter: TaskFilter, parameter: Parameter): string => {
  const { completed, priorities, tags, search, dueBefore, dueAfter } = filter
  const where = (value: unknown, type: string, condition: (given: string) => string) => {
    const given = `${parameter(value ?? null)}::${type}`
    return `and (${given} is null or ${condition(given)})`
  }
  const list = (given: string) => `array(select json_array_elements_text(${given}))`
  const content = () => [
    where(tags, 'json', (given) => `tags @> ${list(given)}`),
    where(search && substringPattern(search), 'text', contains),
  ]
  return [
    where(completed, 'boolean', (given) => `completed = ${given}`),
    where(priorities, 'json', (given) => `priority = any (${list(given)}::task_priority[])`),
    where(dueBefore, 'text', (given) => `${DUE_OR_LAST} <= ${given}::date`),
    where(dueAfter, 'text', (given) => `${DUE_OR_FIRST} >= ${given}::date`),
    ...(isAboutContent(filter) ? content() : []),
  ].join(' ')
}

/** Every letter as one of its cases. `lower` alone tells ς from σ, which have one capital (decisions/0041). */
const folded = (text: string) => `lower(upper(${text}))`

const contains = (pattern: string) =>
  `(${folded('title')} like ${folded(pattern)} or ${folded('description')} like ${folded(pattern)})`

/** A LIKE pattern for a literal substring (PostgreSQL §9.7.1). */
const substringPattern = (text: string): string =>
  `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
