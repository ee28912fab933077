import type postgres from 'postgres'
import { v7 as uuid } from 'uuid'
import type { TaskStore } from '../../../application/ports/owned-tasks.ts'
import type { Position, TaskOrder } from '../../../domain/listing.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { columns } from '../tasks/columns.ts'
import { type Subject, sorts } from './operations.ts'

/** So many different tasks are got, completed and updated. */
const IDS = 400

/** Looks an owner's tasks up beforehand and past the adapter, so that it makes no difference to what is measured. */
export const subjectOf = async (
  sql: postgres.Sql,
  store: TaskStore,
  { name, table }: Pick<Subject, 'name' | 'table'>,
): Promise<Subject> => {
  const owner = ownerOf(name) as Owner
  const counted = await sql`select count(*)::int as size from tasks where owner = ${owner}`
  const size = counted[0]?.size as number
  const found = await sql<{ id: string }[]>`
    select id from tasks where owner = ${owner} order by md5(id::text) limit ${IDS}`
  const positions = new Map<TaskOrder, Position>()
  for (const sort of sorts) positions.set(sort, await positionIn(sql, owner, sort, size))
  let ids = 0
  let made = 0
  return {
    name,
    table,
    tasks: store.tasksOf(owner),
    size,
    anyId: () => {
      ids += 1
      return found[ids % found.length]?.id as string
    },
    deep: (sort) => positions.get(sort) as Position,
    next: () => {
      made += 1
      return made
    },
    spare: [],
  }
}

/** Tasks to be deleted, as many as this, written where new ones go. */
export const stock = async (sql: postgres.Sql, { name, spare }: Subject, count: number) => {
  const ids = Array.from({ length: count }, () => uuid())
  await sql`
    insert into tasks (owner, id, title, completed, priority, tags)
    select ${name}, id::uuid, 'to be deleted', false, 'low', '{}'
    from json_array_elements_text(${sql.json(ids)}::json) as id`
  spare.push(...ids)
}

const positionIn = async (
  sql: postgres.Sql,
  owner: Owner,
  { by, order }: TaskOrder,
  size: number,
): Promise<Position> => {
  const { name, type } = columns[by]
  const missing = order === 'asc' ? 'infinity' : '-infinity'
  const keys = { dueDate: `coalesce(due_date, '${missing}')`, title: 'title collate "C"' }
  const key = keys[by as keyof typeof keys] ?? name
  const shown =
    type === 'timestamptz'
      ? `to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
      : `${name}::text`
  const [row] = await sql.unsafe(
    `select ${shown} as key, id from tasks where owner = $1
     order by ${key} ${order}, id ${order} offset $2 limit 1`,
    [owner, Math.floor(size * 0.9)],
  )
  return row as unknown as Position
}
