import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { TaskFilter, TaskQuery } from '../../../domain/listing.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { validDraft } from '../../../domain/task.ts'
import { observed } from '../bench/plans.ts'
import { query as run } from '../embedded/query.ts'
import { throwawayDatabase } from '../embedded/throwaway.ts'
import { migrate, readMigrations } from '../migrations/migrate.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from './postgres-tasks.ts'

/** So many tasks an owner has before any is indexed, as in the migration. */
const FIRST = 500

const throwaway = await throwawayDatabase()
const target = connectionTarget(throwaway.url, { production: false })
const migrations = await readMigrations(new URL('../migrations/', import.meta.url))
await migrate(target, migrations)
const pool = createPool({ target, max: 2, queueMax: 10 })
const watched = observed(database(pool))
const store = postgresTasks(watched)
after(async () => {
  await pool.close(1_000)
  await throwaway.drop()
})

/** Tasks of this owner, written many at a time and not by the service. */
const populate = async (owner: string, count: number) => {
  for (let done = 0; done < count; done += FIRST / 2)
    await run(
      throwaway.url,
      `insert into tasks (owner, id, title, description, completed, priority, tags)
       select '${owner}', gen_random_uuid(), 'water the plants ' || n, 'on the balcony', false, 'low', '{home}'
       from generate_series(1, ${FIRST / 2}) as n`,
    )
  await run(throwaway.url, 'vacuum analyze tasks')
}

const indexedOf = async (owner: string) => {
  const [row] = await run(
    throwaway.url,
    `select count(*) filter (where content_indexed)::int as indexed, count(*)::int as tasks
     from tasks where owner = '${owner}'`,
  )
  return row
}

const tasksOf = (name: string) => store.tasksOf(ownerOf(name) as Owner)
const listed = (filter: TaskFilter): TaskQuery => ({
  filter,
  sort: { by: 'createdAt', order: 'desc' },
  place: { page: 1 },
  perPage: 20,
})

test('tasks are indexed by what they say from the five hundredth on, and found on either side of it', async () => {
  const tasks = tasksOf('many')
  const about = { title: 'call the dentist', tags: ['teeth'] }
  const first = await tasks.create(validDraft(about))
  await populate('many', 3 * FIRST)
  const last = await tasks.create(validDraft(about))
  const { indexed } = (await indexedOf('many')) as { indexed: number }
  assert.ok(indexed > 2 * FIRST && indexed < 3 * FIRST, String(indexed))
  const both = [last.task.id, first.task.id]
  for (const filter of [{ search: 'DENTIST' }, { tags: ['teeth'] }, { ...about, search: 'dent' }]) {
    const page = await tasks.list(listed(filter))
    assert.deepEqual(
      page.tasks.map(({ id }) => id),
      both,
    )
    assert.equal(page.total, 2)
  }
})

test('the first ones are read and the others looked up, whatever is asked for', async () => {
  await populate('large', 40 * FIRST)
  for (const filter of [{ search: 'nobody' }, { search: 'dentist' }, { tags: ['teeth'] }]) {
    const { steps, sequential } = await watched.planOf(() => tasksOf('large').list(listed(filter)))
    assert.match(steps.join(), /tasks_without_index → \d{3}\b/)
    assert.match(steps.join(), /tasks_by_content/)
    assert.equal(sequential, false)
    assert.ok(
      steps.every((step) => !/→ \d{4}/.test(step)),
      steps.join(),
    )
  }
})

test('an owner of few writes nothing to the index', async () => {
  await tasksOf('few').create(validDraft({ title: 'call the dentist', tags: ['teeth'] }))
  assert.deepEqual({ ...(await indexedOf('few')) }, { indexed: 0, tasks: 1 })
})
