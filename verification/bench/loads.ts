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
  const body = JSON.stringify({ title: 'Water the plants', tags: ['home', 'plants'] })
  const headers = { 'content-type': 'application/json' }
  return [
    { name: 'list of 20', request: () => ({ method: 'GET', path }) },
    { name: 'get one', request: (connection) => ({ method: 'GET', path: one(connection) }) },
    { name: 'create', request: () => ({ method: 'POST', path, headers, body }) },
    {
      name: 'complete',
      request: (connection) => ({ method: 'PATCH', path: `${one(connection)}/complete` }),
    },
    { name: 'health', request: () => ({ method: 'GET', path: '/health' }) },
  ]
}
