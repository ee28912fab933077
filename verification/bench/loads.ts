import postgres from 'postgres'
import { v7 as uuid } from 'uuid'
import type { Load } from './load.ts'

/** Whose tasks are read and changed; their number decides what a list costs. */
export const OWNER = 'bench'
const TASKS = 1_000
const path = '/api/v1/tasks'

/** Gives the owner tasks as people have them. Returns their ids. */
const seed = async (url: string): Promise<string[]> => {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined })
  const ids = Array.from({ length: TASKS }, () => uuid())
  // What a table of tasks needs at the least: its key, and an index for the list.
  await sql`create table lean_tasks (like tasks including defaults, primary key (owner, id))`
  await sql`create index on lean_tasks (owner, created_at, id)`
  await sql`
    insert into tasks (owner, id, title, description, completed, priority, due_date, tags)
    select ${OWNER}, id::uuid, 'Water the plants, number ' || n,
      'They stand behind the door of the third room, beside the window.', n % 3 = 0, 'medium',
      '2026-12-24', '{home,plants}'
    from json_array_elements_text(${sql.json(ids)}::json) with ordinality as made (id, n)`
  await sql`vacuum analyze`
  await sql.end({ timeout: 1 })
  return ids
}

/** What clients do most, on a database that is filled for it. */
export const seededLoads = async (url: string): Promise<Load[]> => {
  const ids = await seed(url)
  const one = (connection: number) => `${path}/${ids[connection % ids.length]}`
  const json = (value: object) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })
  const created = json({ title: 'Water the plants', tags: ['home', 'plants'] })
  // Titles by turns, because one that is there already would not be written.
  const updates = [json({ title: 'Water the plants' }), json({ title: 'Feed the cat' })]
  return [
    { name: 'list of 20', requests: () => [{ method: 'GET', path }] },
    { name: 'get one', requests: (connection) => [{ method: 'GET', path: one(connection) }] },
    { name: 'create', requests: () => [{ method: 'POST', path, ...created }] },
    {
      name: 'update',
      requests: (connection) =>
        updates.map((body) => ({ method: 'PATCH', path: one(connection), ...body })),
    },
    {
      name: 'complete',
      requests: (connection) => [{ method: 'PATCH', path: `${one(connection)}/complete` }],
    },
    { name: 'health', requests: () => [{ method: 'GET', path: '/health' }] },
  ]
}
