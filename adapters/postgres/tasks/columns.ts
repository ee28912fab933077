import type { Task, TaskDraft } from '../../../domain/task.ts'

type Writable<K> = K extends keyof TaskDraft ? { writable: true } : { writable?: never }

/** Where each member of a task is kept. The `writable` ones are those that its owner decides about. */
export const columns = {
  id: { name: 'id', type: 'uuid' },
  title: { name: 'title', type: 'text', writable: true },
  description: { name: 'description', type: 'text', writable: true },
  completed: { name: 'completed', type: 'boolean', writable: true },
  priority: { name: 'priority', type: 'task_priority', writable: true },
  dueDate: { name: 'due_date', type: 'date', writable: true },
  tags: { name: 'tags', type: 'text[]', writable: true },
  createdAt: { name: 'created_at', type: 'timestamptz' },
  updatedAt: { name: 'updated_at', type: 'timestamptz' },
  version: { name: 'version', type: 'integer' },
} as const satisfies { [K in keyof Task]: { name: string; type: string } & Writable<K> }

export interface Column {
  member: keyof Task
  name: string
  type: string
  writable?: boolean
}

export const allColumns: readonly Column[] = Object.entries(columns).map(([member, column]) => ({
  member: member as keyof Task,
  ...column,
}))

export const writableColumns = allColumns.filter(({ writable }) => writable)

/** The text made for each of these columns, as a list in SQL. */
export const listed = (of: readonly Column[], text: (column: Column) => string): string =>
  of.map(text).join(', ')

/** How a column is read into the JSON of one task, whatever the session's settings are. */
const asJson = (column: string, type: string): string => {
  if (type === 'date') return `to_char(${column}, 'YYYY-MM-DD')`
  if (type === 'timestamptz')
    return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  return column
}

/** A row of `source` as the JSON of a task. (`json_build_object` would look up the type of each member for each row.) */
export const taskJson = (source: string): string => `(
  select row_to_json(task) from (select
    ${listed(allColumns, ({ member, name, type }) => `${asJson(`${source}.${name}`, type)} as "${member}"`)}
  ) as task)`
