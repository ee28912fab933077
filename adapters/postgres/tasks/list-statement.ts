import {
  PER_PAGE_MAX,
  type TaskFilter,
  type TaskOrder,
  type TaskQuery,
} from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'
import { answersTo, askedIn } from './batch-statement.ts'
import type { Gathered, Question } from './batched-reads.ts'
import { pageColumns } from './page-columns.ts'
import type { Statement } from './task-statements.ts'

/** Makes a parameter of a value; the text that stands for it. */
type Given = (value: unknown) => string

export interface ListQuestion extends Question {
  query: TaskQuery
}

/**
 * Without a filter the first page and those by cursor have one plan for every owner, so those of a kind can be asked
 * together. Others depend on their values, see `plannedAnew`.
 */
export const listQuestion = (owner: Owner, query: TaskQuery): ListQuestion => {
  const { filter, sort, place, perPage } = query
  const forAnybody = isEmpty(filter) && ('after' in place || place.page === 1)
  const kind = [sort.by, sort.order, perPage, 'after' in place].join()
  return { owner, query, tasks: perPage, ...(forAnybody && { kind }) }
}

/**
 * For each question the columns of its page, with one task more than asked for where there is one, and the total.
 * A plan that is made once is made for any values, and an inner limit tells how few rows it is ever about.
 */
export const listStatement = (questions: Gathered<ListQuestion>): Statement => {
  const [{ query, kind }] = questions
  const { filter, sort, place, perPage } = query
  const values: unknown[] = []
  const given: Given = (value) => `$${values.push(value)}`
  const asked =
    kind === undefined
      ? askedAlone(questions[0], given)
      : askedIn(given(questions.map(rowOf)), { owner: 'text', key: 'text', id: 'uuid' })
  const all = isEmpty(filter)
  const planning = kind === undefined ? plannedAnew(given) : ''
  const among = `from tasks where owner = asked.owner ${filters(filter, given)} ${planning}`
  const key = sortKey(sort)
  const before = sort.order === 'asc' ? '>' : '<'
  const behind = 'after' in place ? `and (${key}, id) ${before} (${askedKey(sort)}, asked.id)` : ''
  const skipped =
    'page' in place && place.page > 1
      ? `offset ${given(String((BigInt(place.page) - 1n) * BigInt(perPage)))}::bigint`
      : ''
  const counted = all
    ? 'select coalesce(sum(tasks), 0)::int as total from task_totals where owner = asked.owner'
    : `select count(*)::int as total ${among}`
  const total = 'page' in place ? counted : 'select null::int as total'
  // Where nothing matches, nothing is looked for: walking through all tasks in order would be in vain.
  const unless = !all && 'page' in place ? 'and (select total from counted) > 0' : ''
  const page = `
    with counted as materialized (${total})
    select asked.owner, (select total from counted) as total, ${pageColumns}
    from (
      select * from (
        select * ${among} ${behind} ${unless}
        order by ${key} ${sort.order}, id ${sort.order} ${skipped} limit ${PER_PAGE_MAX + 1}
      ) as page limit ${given(perPage + 1)}
    ) as page`
  return { text: answersTo(asked, page), values }
}

/** What differs between questions of one kind. */
const rowOf = ({ owner, query: { sort, place } }: ListQuestion) => ({
  owner,
  ...('after' in place && { key: place.after.key ?? lastDate(sort), id: place.after.id }),
})

/** As values that the planner sees. */
const askedAlone = (question: ListQuestion, given: Given): string => {
  const { owner, key, id } = { key: null, id: null, ...rowOf(question) }
  return `(select ${given(owner)}::text as owner, ${given(key)}::text as key, ${given(id)}::uuid as id, 1 as at) as asked`
}

const isEmpty = ({ tags, ...rest }: TaskFilter): boolean =>
  !tags?.length && Object.values(rest).every((value) => value === undefined)

/**
 * Has a prepared statement planned for its own values each time: no plan suits owners, words and tags of any size.
 * Where the value is known this condition is gone; in a plan for any value it would cost more than all else.
 */
const plannedAnew = (given: Given): string =>
  `and (${given(true)}::boolean or (select count(*) > 0 from generate_series(1, 1000000000)))`

/** A missing date is last in either order. */
const lastDate = ({ order }: TaskOrder) => (order === 'asc' ? 'infinity' : '-infinity')

/** The expressions of the indexes, letter by letter. */
const DUE_OR_LAST = `coalesce(due_date, 'infinity')`
const DUE_OR_FIRST = `coalesce(due_date, '-infinity')`

const sortKey = ({ by, order }: TaskOrder): string => {
  if (by === 'title') return 'title collate "C"'
  if (by === 'due_date') return order === 'asc' ? DUE_OR_LAST : DUE_OR_FIRST
  return by
}

/** The key to start behind, of the type of the sort's. */
const askedKey = ({ by }: TaskOrder): string => {
  if (by === 'title') return 'asked.key collate "C"'
  const types = {
    priority: 'task_priority',
    due_date: 'date',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  }
  return `asked.key::${types[by]}`
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
