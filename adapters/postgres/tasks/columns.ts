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

type WritableColumn = Column & { member: keyof TaskDraft }

export const writableColumns = allColumns.filter(
  (column): column is WritableColumn => column.writable === true,
)

/** The text made for each of these columns, as a list in SQL. */
export const listed = <C extends Column>(
  of: readonly C[],
  text: (column: C, at: number) => string,
): string => of.map(text).join(', ')

/** A parameter of a column's type. (The driver turns days into times unless they are sent as text.) */
export const typed = (parameter: string, type: string): string =>
  type === 'date' ? `${parameter}::text::date` : `${parameter}::${type}`

/** A value as the driver sends it: it knows no arrays, whose text is of PostgreSQL §8.15.6. */
export const sent = (value: Task[keyof Task]): unknown =>
  Array.isArray(value)
    ? `{${value.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`)}}`
    : value

/** How a column of one task is read, whatever the session's settings are. */
const asText = (column: string, type: string): string => {
  if (type === 'date') return `to_char(${column}, 'YYYY-MM-DD')`
  if (type === 'timestamptz')
    return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  return type === 'text[]' ? `array_to_json(${column})` : column
}

/** The members of a task as columns, read from a row of `source`. */
export const taskColumns = (source: string): string =>
  listed(
    allColumns,
    ({ member, name, type }) => `${asText(`${source}.${name}`, type)} as "${member}"`,
  )

/**
 * The rows of `source` as `task`, for `row_to_json(task)`. (`json_build_object` would look up the type of each member
 * for each row.)
 */
export const tasksIn = (source: string): string =>
  `(select ${taskColumns(source)} from ${source}) as task`
