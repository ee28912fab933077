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

/** The tasks of a page, in their order. */
export const tasksOn = (page: PageResult): Task[] => {
  if (page.id === null) return []
  const tasks: Record<string, unknown>[] = page.id.map(() => ({}))
  for (const { member, type } of allColumns) {
    const values: readonly unknown[] = page[member]
    for (const [at, task] of tasks.entries())
      task[member] = type === 'timestamptz' ? instant(values[at] as string) : values[at]
  }
  return tasks as unknown as Task[]
}

const SECONDS = '2026-11-26T12:00:00'.length
const MILLISECONDS = '2026-11-26T12:00:00.000'.length

/** In JSON PostgreSQL writes a time without a zone, and without the zeros at its end. */
const instant = (text: string): string =>
  `${(text.length === SECONDS ? `${text}.` : text).padEnd(MILLISECONDS, '0')}Z`
