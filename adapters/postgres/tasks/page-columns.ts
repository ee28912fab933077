import type { Task } from '../../../domain/task.ts'
import type { Answer } from './batched-reads.ts'

/**
 * The columns of a page, each as one JSON list: for tasks as rows PostgreSQL would look up the type of every member
 * of every one of them, and the driver's JSON would repeat their names.
 */
const columns: { readonly [K in keyof Task]: string } = {
  id: 'id',
  title: 'title',
  description: 'description',
  completed: 'completed',
  priority: 'priority',
  dueDate: 'due_date',
  tags: 'tags',
  createdAt: `created_at at time zone 'UTC'`,
  updatedAt: `updated_at at time zone 'UTC'`,
  version: 'version',
}

export const pageColumns = Object.entries(columns)
  .map(([member, column]) => `json_agg(${column}) as "${member}"`)
  .join(', ')

type Columns = { readonly [K in keyof Task]: readonly Task[K][] }

/** A page and the total, where it was asked for; there are no columns where there is no task. */
export type PageAnswer = Answer & { total: number | null } & (Columns | { id: null })

/** The tasks of a page, in their order. */
export const tasksIn = (page: PageAnswer): Task[] => {
  if (page.id === null) return []
  const { id, title, description, completed, priority, dueDate, tags, version } = page
  const { createdAt, updatedAt } = page
  return id.map((_, at) => {
    const row: { [K in keyof Task]: Task[K] | undefined } = {
      id: id[at],
      title: title[at],
      description: description[at],
      completed: completed[at],
      priority: priority[at],
      dueDate: dueDate[at],
      tags: tags[at],
      createdAt: instant(createdAt[at] as string),
      updatedAt: instant(updatedAt[at] as string),
      version: version[at],
    }
    return row as Task
  })
}

const SECONDS = '2026-11-26T12:00:00'.length
const MILLISECONDS = '2026-11-26T12:00:00.000'.length

/** PostgreSQL spells a time without zone in JSON without the zeros at its end. */
const instant = (text: string): string =>
  `${(text.length === SECONDS ? `${text}.` : text).padEnd(MILLISECONDS, '0')}Z`
