import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import postgres from 'postgres'
import { sortValue, type TaskQuery } from '../../../domain/listing.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { type Task, validDraft } from '../../../domain/task.ts'
import { sorts } from '../bench/operations.ts'
import { observed } from '../bench/plans.ts'
import { throwawayServer } from '../embedded/throwaway.ts'
import { hasPgbouncer, pgbouncer } from '../faults/pgbouncer.ts'
import { until } from '../faults/world.ts'
import { migrate, readMigrations } from '../migrations/migrate.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool, type Pool } from '../pool/pool.ts'
import { postgresTasks } from './postgres-tasks.ts'

const targetOf = (url: string) => connectionTarget(url, { production: false })
const files = () => readMigrations(new URL('../migrations/', import.meta.url))
const server = await throwawayServer()
await migrate(targetOf(server.url), await files())
// A busy machine takes longer to fill a table than a request may.
const connection = { statement_timeout: 60_000 }
const sql = postgres(server.url, { max: 4, onnotice: () => undefined, connection })
const timeouts = { acquireTimeoutMs: 60_000, callTimeoutMs: 60_000 }
const pool = createPool({ target: targetOf(server.url), max: 20, queueMax: 1_000, timeouts })
const store = postgresTasks(database(pool))
after(async () => {
  await pool.close(1_000)
  await sql.end({ timeout: 1 })
  await server.drop()
})

const tasksOf = (name: string, within = store) => within.tasksOf(ownerOf(name) as Owner)
const draft = validDraft({ title: 'counted' })
const query = (over: Partial<TaskQuery> = {}): TaskQuery => ({
  filter: {},
  sort: { by: 'createdAt', order: 'desc' },
  place: { page: 1 },
  perPage: 20,
  ...over,
})

/** Owners whose total differs from the number of their tasks. */
const wrong = (within = sql) => within`
  select owner, coalesce(kept, 0)::int as kept, coalesce(counted, 0)::int as counted
  from (select owner, sum(tasks) as kept from task_totals group by owner) as totals
  full join (select owner, count(*) as counted from tasks group by owner) as counts using (owner)
  where coalesce(kept, 0) <> coalesce(counted, 0)`

/** Runs this with a pool that is closed afterwards. */
const withPool = async (url: string, max: number, work: (pool: Pool) => Promise<void>) => {
  const own = createPool({ target: targetOf(url), max, queueMax: 100 })
  await work(own).finally(() => own.close(1_000))
}

test('totals stay exact while 50 at once create and delete for several owners', async () => {
  const names = ['ada', 'bob', 'cyd']
  const ids = new Map<string, string[]>(names.map((name) => [name, []]))
  const worker = async (_: unknown, at: number) => {
    const name = names[at % names.length] as string
    const tasks = tasksOf(name)
    const made = ids.get(name) as string[]
    for (let step = 0; step < 12; step += 1) {
      // With keys too, some of them used twice, which then create nothing.
      const key = at % 2 ? { key: `${at >> 2} ${step}`, fingerprint: 'same' } : undefined
      const { task, replayed } = await tasks.create(draft, key)
      if (!replayed) made.push(task.id)
      const gone = step % 3 === 0 && made.shift()
      if (gone) await Promise.all([tasks.remove(gone), tasks.remove(gone)])
    }
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  assert.deepEqual([...(await wrong())], [])
  for (const name of names) {
    const made = ids.get(name) as string[]
    assert.equal((await tasksOf(name).list(query())).total, made.length)
    await Promise.all(made.map((id) => tasksOf(name).remove(id)))
    assert.equal((await tasksOf(name).list(query())).total, 0)
  }
  assert.equal((await tasksOf('nobody yet').list(query())).total, 0)
})

test('page and total are of one moment', async () => {
  const tasks = tasksOf('busy')
  let busy = true
  const writer = async () => {
    for (let n = 0; n < 200 && busy; n += 1) {
      const { task } = await tasks.create(draft)
      if (n % 3 > 0) await tasks.remove(task.id)
    }
  }
  const writers = Array.from({ length: 4 }, writer)
  for (let n = 0; n < 100; n += 1) {
    const page = await tasks.list(query({ perPage: 100 }))
    if (page.tasks.length < 100) assert.equal(page.total, page.tasks.length)
  }
  busy = false
  await Promise.all(writers)
})

test('whatever is done to the table by hand is counted', async () => {
  await sql`insert into tasks (owner, id, title, completed, priority, tags)
    select 'hand ' || n % 7, gen_random_uuid(), 'x', false, 'low', '{}' from generate_series(1, 500) as n`
  assert.deepEqual([...(await wrong())], [])
  await sql`update tasks set owner = 'hand 0' where owner in ('hand 1', 'hand 2')`
  await sql`delete from tasks where owner in ('hand 3', 'hand 4') and random() < 0.5`
  const undone = sql.begin(async (transaction) => {
    await transaction`delete from tasks`
    throw new Error('undone')
  })
  await assert.rejects(undone, /undone/)
  assert.deepEqual([...(await wrong())], [])
  assert.equal((await tasksOf('hand 1').list(query())).total, 0)
  await sql`truncate tasks`
  assert.deepEqual([...(await wrong())], [])
})

test('an owner without tasks has no row, however many removed the last ones at once', async () => {
  const tasks = tasksOf('leaving')
  const rows = () => sql`select slot, tasks from task_totals where owner = 'leaving'`
  const createAndRemove = async () => {
    // With keys they go alone, by connections of their own, and so count in several rows.
    const keys = Array.from({ length: 16 }, () => ({ key: randomUUID(), fingerprint: 'same' }))
    const made = await Promise.all(keys.map((key) => tasks.create(draft, key)))
    return () => Promise.all(made.map(({ task }) => tasks.remove(task.id)))
  }
  for (let round = 0; round < 5; round += 1) {
    const remove = await createAndRemove()
    await remove()
    assert.deepEqual([...(await rows())], [], `round ${round}`)
  }
  // Rows that others are counting in are not waited for, and stay.
  const remove = await createAndRemove()
  await sql.begin(async (transaction) => {
    const others = await transaction`
      select from task_totals where owner = 'leaving' and slot > 0 for update`
    assert.ok(others.length > 0)
    await remove()
    assert.ok((await rows()).length > 0)
  })
  assert.deepEqual([...(await wrong())], [])
  const again = await createAndRemove()
  await again()
  assert.deepEqual([...(await rows())], [])
})

test('an older release that writes while totals are introduced misses nothing', async () => {
  await sql`create database older`
  const url = Object.assign(new URL(server.url), { pathname: '/older' }).href
  const all = await files()
  await migrate(targetOf(url), all.slice(0, 1))
  const old = createPool({ target: targetOf(url), max: 8, queueMax: 20 })
  const direct = postgres(url, { max: 1, onnotice: () => undefined })
  let going = true
  const writer = async (_: unknown, at: number) => {
    const tasks = tasksOf(`old ${at % 3}`, postgresTasks(database(old)))
    for (let n = 0; n < 2_000 && going; n += 1) {
      const { task } = await tasks.create(draft)
      if (n % 2) await tasks.remove(task.id)
    }
  }
  try {
    const writers = Array.from({ length: 8 }, writer)
    await until(async () => (await direct`select from tasks`).length >= 100)
    assert.equal((await migrate(targetOf(url), all)).length, all.length - 1)
    going = false
    await Promise.all(writers)
    const [kept] = await direct`select sum(tasks)::int as tasks from task_totals`
    assert.ok(kept?.tasks >= 100)
    assert.deepEqual([...(await wrong(direct))], [])
  } finally {
    going = false
    await old.close(1_000)
    await direct.end({ timeout: 1 })
  }
})

const skip = !hasPgbouncer() && 'there is no PgBouncer'
test('an ordinary role counts through a pooler in transaction mode', { skip }, async () => {
  await sql`create role keeper login password 'keeper-of-tests'`
  await sql`create database kept owner keeper`
  const url = new URL(server.url)
  Object.assign(url, { pathname: '/kept', username: 'keeper', password: 'keeper-of-tests' })
  await migrate(targetOf(url.href), await files())
  const pooler = await pgbouncer(url.href)
  await withPool(pooler.url, 8, async (pooled) => {
    const tasks = tasksOf('pooled', postgresTasks(database(pooled)))
    const made = await Promise.all(Array.from({ length: 40 }, () => tasks.create(draft)))
    await Promise.all(made.slice(0, 10).map(({ task }) => tasks.remove(task.id)))
    assert.equal((await tasks.list(query())).total, 30)
  }).finally(pooler.stop)
})

/** How often statements were planned for any value and for their own, on the one connection of this pool. */
const planned = async (one: Pool) => {
  const [row] = await one.run(
    (own) => own`
      select sum(generic_plans)::int as generic, sum(custom_plans)::int as custom from pg_prepared_statements
      where statement like '%as page limit%' and statement not like '%pg_prepared_statements%'`,
  )
  return row as unknown as { generic: number; custom: number }
}

/** Tasks for as many owners, so that a plan made for anybody expects as many as they have each. */
const populate = async (name: string, owners: number, each: number) => {
  await sql`insert into tasks (owner, id, title, completed, priority, tags)
    select ${name} || n % ${owners}::int, gen_random_uuid(), 'x' || n, false, 'low', '{}'
    from generate_series(1, ${owners * each}::int) as n`
  await sql`analyze tasks`
}

test('a list without filter is planned once, and reads its page and its total and no more', async () => {
  await populate('large ', 1, 3_000)
  await populate('middle ', 30, 300)
  await withPool(server.url, 1, async (one) => {
    const watched = observed(database(one))
    const tasks = tasksOf('large 0', postgresTasks(watched))
    const asked: (() => Promise<unknown>)[] = []
    for (const sort of sorts) {
      const [last] = (await tasks.list(query({ sort, place: { page: 2_999 }, perPage: 1 }))).tasks
      const after = { key: sortValue(last as Task, sort.by), id: last?.id as string }
      for (const place of [{ page: 1 }, { after }])
        asked.push(() => tasks.list(query({ sort, place })))
    }
    for (const [at, ask] of asked.entries()) {
      const before = await planned(one)
      for (let n = 0; n < 12; n += 1) await ask()
      const after = await planned(one)
      assert.ok(after.generic >= before.generic + 6, `list ${at} is planned again and again`)
    }
    // Now most people have few tasks, and a plan made for them must do for everybody.
    await populate('small ', 3_000, 2)
    for (const ask of asked) {
      const { steps } = await watched.planOf(ask)
      const rows = steps.filter((step) => !step.includes('task_totals'))
      assert.match(rows.join(), /^Index Scan tasks_by_\w+ → (1|21)$/)
    }
  })
})

test('a filtered list, or a page far away, is planned for its own values each time', async () => {
  const queries: Partial<TaskQuery>[] = [
    { filter: { completed: false } },
    { filter: { priorities: ['low'] } },
    { filter: { tags: ['a'] } },
    { filter: { search: 'x1' } },
    { filter: { dueAfter: '2026-01-01' } },
    { place: { page: 100 } },
  ]
  for (const asked of queries)
    await withPool(server.url, 1, async (one) => {
      const tasks = tasksOf('large 0', postgresTasks(database(one)))
      for (let n = 0; n < 12; n += 1) await tasks.list(query(asked))
      assert.deepEqual(await planned(one), { generic: 0, custom: 12 }, JSON.stringify(asked))
    })
})

test('where nothing matches no page is looked for', async () => {
  const watched = observed(database(pool))
  const tasks = tasksOf('large 0', postgresTasks(watched))
  const { steps } = await watched.planOf(() => tasks.list(query({ filter: { completed: true } })))
  assert.equal(steps.length, 1, steps.join())
})
