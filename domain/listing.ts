import { Fault, type Violation } from './fault.ts'
import {
  isCalendarDate,
  isTaskId,
  normalTags,
  type Priority,
  priorities,
  type Task,
  TITLE_MAX,
} from './task.ts'
import { codePoints, isStorable } from './text.ts'

export const SEARCH_MAX = 200
export const PER_PAGE_MAX = 100
export const sortKeys = ['createdAt', 'updatedAt', 'dueDate', 'priority', 'title'] as const
export const sortOrders = ['asc', 'desc'] as const

export type SortKey = (typeof sortKeys)[number]
export type SortOrder = (typeof sortOrders)[number]

/** Which of an owner's tasks: every filter that is present must hold. */
export interface TaskFilter {
  completed?: boolean
  /** any of these */
  priorities?: readonly Priority[]
  /** all of these, normalised as on the task */
  tags?: readonly string[]
  /** a case-insensitive literal substring of title or description */
  search?: string
  /** inclusive; a task without a date matches neither */
  dueBefore?: string
  dueAfter?: string
}

export interface TaskOrder {
  by: SortKey
  order: SortOrder
}

/** The place in an ordered list just behind one task. `key` is that task's sort value as text, null for "no date". */
export interface Position {
  key: string | null
  id: string
}

/** A page by number (with the total) or by the position it starts behind (without). */
export type Place = { page: number } | { after: Position }

export interface TaskQuery {
  filter: TaskFilter
  sort: TaskOrder
  place: Place
  perPage: number
}

export interface TaskPage {
  tasks: readonly Task[]
  /** all that match the filter; known on pages reached by number */
  total?: number
  /** where the next page starts, absent on the last one */
  next?: Position
}

/**
 * The filter in the form in which it is applied: tags normalised.
 * @throws Fault `validation_failed` that names the filters at fault
 */
export const validFilter = (filter: TaskFilter): TaskFilter => {
  const violations: Violation[] = []
  const tags = filter.tags && normalTags(filter.tags)
  for (const field of ['dueBefore', 'dueAfter'] as const) {
    const date = filter[field]
    if (date !== undefined && !isCalendarDate(date))
      violations.push({ field, message: 'must be a real date as YYYY-MM-DD' })
  }
  if (filter.search !== undefined && !isSearchable(filter.search))
    violations.push({
      field: 'search',
      message: `must have 1 to ${SEARCH_MAX} characters, none NUL`,
    })
  if (tags?.some((tag) => tag === '' || !isStorable(tag)))
    violations.push({ field: 'tag', message: 'must not be blank or contain NUL' })
  if (violations.length > 0) throw new Fault('validation_failed', { violations })
  return tags ? { ...filter, tags } : filter
}

/** The value of the task that `by` sorts on, as text. */
export const sortValue = (task: Task, by: SortKey): string | null => task[by]

/** Whether a position that somebody handed back can be one of a list in this order. */
export const isPosition = (by: SortKey, { key, id }: Position): boolean => {
  if (!isTaskId(id)) return false
  if (key === null) return by === 'dueDate'
  if (by === 'dueDate') return isCalendarDate(key)
  if (by === 'priority') return priorities.some((priority) => priority === key)
  if (by === 'title') return codePoints(key) <= TITLE_MAX && isStorable(key)
  return isInstant(key)
}

/** RFC 3339 knows the years 0000 to 9999 and PostgreSQL no year 0, so those between are what every store has. */
const isInstant = (text: string): boolean => {
  const time = Date.parse(text)
  const known = !Number.isNaN(time) && new Date(time).toISOString() === text
  return known && /^(?!0000)\d{4}-/.test(text)
}

const isSearchable = (text: string) =>
  text !== '' && codePoints(text) <= SEARCH_MAX && isStorable(text)
