import type { Task } from '../../../domain/task.ts'
import type { Result } from './batches.ts'
import { allColumns, listed } from './columns.ts'

/**
 * Each column of a page as one JSON list (decisions/0031): for rows in JSON, PostgreSQL would look up the type of
 * every member of every row, and the driver's JSON would repeat their names.
 */
export const pageColumns = listed(allColumns, ({ member, name, type }) =>
  type === 'timestamptz'
    ? `json_agg(${name} at time zone 'UTC') as "${member}"`
    : `json_agg(${name}) as "${member}"`,
)

type Columns = { readonly [K in keyof Task]: readonly Task[K][] }

/** A page, and the total where it was asked for. The columns are null where there is no task. */
export type PageResult = Result & { total: number | null } & (Columns | { id: null })

/** The tasks of a page, in their order; member by member, since objects that grow cost as much as all else of a list. */
export const tasksOn = (page: PageResult): Task[] => {
  if (page.id === null) return []
  return page.id.map((id, at) => ({
    id,
    title: page.title[at] as Task['title'],
    description: page.description[at] as Task['description'],
    completed: page.completed[at] as Task['completed'],
    priority: page.priority[at] as Task['priority'],
    dueDate: page.dueDate[at] as Task['dueDate'],
    tags: page.tags[at] as Task['tags'],
    createdAt: instant(page.createdAt[at] as string),
    updatedAt: instant(page.updatedAt[at] as string),
    version: page.version[at] as Task['version'],
  }))
}

const SECONDS = '2026-11-26T12:00:00'.length
const MILLISECONDS = '2026-11-26T12:00:00.000'.length

/** In JSON PostgreSQL writes a time without a zone, and without the zeros at its end. */
const instant = (text: string): string =>
  `${(text.length === SECONDS ? `${text}.` : text).padEnd(MILLISECONDS, '0')}Z`
