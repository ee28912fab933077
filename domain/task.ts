import { Fault, type Violation } from './fault.ts'
import { codePoints, isStorable } from './text.ts'

export const TITLE_MAX = 200
export const DESCRIPTION_MAX = 2000
export const TAGS_MAX = 20
export const TAG_MAX = 50
export const priorities = ['low', 'medium', 'high'] as const

/** Ordered by meaning: later is more urgent. */
export type Priority = (typeof priorities)[number]

export interface Task {
  id: string
  title: string
  description: string | null
  completed: boolean
  priority: Priority
  /** `YYYY-MM-DD` */
  dueDate: string | null
  tags: readonly string[]
  /** RFC 3339, UTC, milliseconds */
  createdAt: string
  updatedAt: string
  /** Grows by one with every change that changes something. */
  version: number
}

/** Ids are UUIDv7 in lower case, compared as sent; whatever else stands in an id's place names no task. */
export const isTaskId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)

/** What an owner decides about a task. */
export type TaskDraft = Pick<
  Task,
  'title' | 'description' | 'completed' | 'priority' | 'dueDate' | 'tags'
>

/** An absent member stays as it is. */
export type TaskChange = Partial<TaskDraft>

const checks: { [K in keyof TaskDraft]: (value: TaskDraft[K]) => string | undefined } = {
  title: (title) =>
    textProblem(title, TITLE_MAX) ?? (title === '' ? 'must not be blank' : undefined),
  description: (text) => (text === null ? undefined : textProblem(text, DESCRIPTION_MAX)),
  completed: () => undefined,
  priority: () => undefined,
  dueDate: (date) =>
    date === null || isCalendarDate(date) ? undefined : 'must be a real date as YYYY-MM-DD',
  tags: (tags) => {
    if (tags.length > TAGS_MAX) return `must hold at most ${TAGS_MAX} different tags`
    const problem = tags.map((tag) => textProblem(tag, TAG_MAX)).find(Boolean)
    return problem ? `has a tag that ${problem}` : tags.includes('') ? 'has a blank tag' : undefined
  },
}

/** The members that an owner decides about. */
export const draftMembers = Object.keys(checks) as (keyof TaskDraft)[]

/**
 * The change in the form in which it is kept: title trimmed, tags normalised.
 * @throws Fault `validation_failed` that names every member that breaks a rule
 */
export const validChange = <C extends TaskChange>(change: C): C => {
  const kept: C = {
    ...change,
    ...(change.title !== undefined && { title: change.title.trim() }),
    ...(change.tags !== undefined && { tags: normalTags(change.tags) }),
  }
  const violations: Violation[] = []
  for (const field of draftMembers) {
    const message = kept[field] === undefined ? undefined : problemOf(field, kept)
    if (message) violations.push({ field, message })
  }
  if (violations.length > 0) throw new Fault('validation_failed', { violations })
  return kept
}

/** A new task as its owner described it, with every default filled in. */
export const validDraft = (draft: Partial<TaskDraft> & Pick<TaskDraft, 'title'>): TaskDraft =>
  validChange({
    title: draft.title,
    description: draft.description ?? null,
    completed: draft.completed ?? false,
    priority: draft.priority ?? 'medium',
    dueDate: draft.dueDate ?? null,
    tags: draft.tags ?? [],
  })

/** Trimmed, lower-cased, each once, in the order of first appearance. */
export const normalTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.trim().toLowerCase())),
]

/** A day that the proleptic Gregorian calendar has, in the years 0001 to 9999. */
export const isCalendarDate = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

const problemOf = <K extends keyof TaskDraft>(field: K, change: TaskChange) =>
  checks[field](change[field] as TaskDraft[K])

const textProblem = (text: string, max: number): string | undefined => {
  if (codePoints(text) > max) return `must have at most ${max} characters`
  return isStorable(text) ? undefined : 'must not contain NUL or a lone surrogate'
}
