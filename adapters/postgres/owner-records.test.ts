import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { OwnerRecord } from '../../application/ports/owner-records.ts'
import { until } from '../../bootstrap/system/wait.ts'
import type { Fault } from '../../domain/fault.ts'
import { type Owner, ownerOf } from '../../domain/owner.ts'
import { validDraft } from '../../domain/task.ts'
import { query } from './embedded/query.ts'
import { throwawayServer } from './embedded/throwaway.ts'
import { migrate, readMigrations } from './migrations/migrate.ts'
import { ownerRecords } from './owner-records.ts'
import { connectionTarget } from './pool/connection-url.ts'
import { database } from './pool/database.ts'
import { createPool } from './pool/pool.ts'
import { postgresTasks } from './tasks/postgres-tasks.ts'

const server = await throwawayServer()
const target = connectionTarget(server.url, { production: false })
await migrate(target, await readMigrations(new URL('./migrations/', import.meta.url)))
const pool = createPool({ target, max: 8, queueMax: 1_000 })
const store = postgresTasks(database(pool))
const records = ownerRecords(target)
after(async () => {
  await pool.close(1_000)
  await server.drop()
})

const named = (subject: string) => ownerOf(subject) as Owner
const draft = validDraft({ title: 'kept', dueDate: '2026-12-24', tags: ['ä'] })
const fill = async (owner: Owner, tasks: number) => {
  for (let n = 0; n < tasks; n += 1)
    await store.tasksOf(owner).create(draft, { key: `key-${n}`, fingerprint: 'f' })
}
const exported = async (owner: Owner): Promise<OwnerRecord[]> => {
  const found: OwnerRecord[] = []
  for await (const record of records.all(owner)) found.push(record)
  return found
}
const ask = async (sql: string) => (await query(server.url, sql)) as Record<string, unknown>[]
/** Rows that name this owner, in every table that there is. */
const traces = async (owner: Owner) => {
  const tables = await ask(`select table_name from information_schema.columns
    where table_schema = 'public' and column_name = 'owner'`)
  const found: Record<string, number> = {}
  for (const { table_name } of tables) {
    const [row] = await ask(`select count(*)::int as n from ${table_name} where owner = '${owner}'`)
    found[String(table_name)] = Number(row?.n)
  }
  return found
}
const nothing = { tasks: 0, idempotency_keys: 0, task_totals: 0 }
const total = async (owner: Owner) => {
  const sort = { by: 'createdAt', order: 'desc' } as const
  const page = await store.tasksOf(owner).list({ filter: {}, sort, place: { page: 1 }, perPage: 1 })
  return page.total
}

test('all of one owner goes, in every table, and nothing of another', async () => {
  const [ada, bob] = [named('ada'), named('bob')]
  await Promise.all([fill(ada, 3), fill(bob, 2)])
  const before = await traces(bob)
  assert.deepEqual(await records.count(ada), { tasks: 3, idempotencyKeys: 3 })
  assert.deepEqual(await records.erase(ada), { tasks: 3, idempotencyKeys: 3 })
  assert.deepEqual(await traces(ada), nothing)
  assert.deepEqual(await records.erase(ada), { tasks: 0, idempotencyKeys: 0 })
  assert.deepEqual(await traces(bob), before)
  assert.deepEqual([await total(ada), await total(bob)], [0, 2])
})

test('a key of somebody who was erased makes a new task', async () => {
  const cyd = named('cyd')
  const create = () => store.tasksOf(cyd).create(draft, { key: 'again', fingerprint: 'f' })
  const first = await create()
  await records.erase(cyd)
  const second = await create()
  assert.equal(second.replayed, false)
  assert.notEqual(second.task.id, first.task.id)
})

test('an export has every column of every row, more than are fetched at a time', async () => {
  const dora = named("d'ora")
  await fill(dora, 1)
  await ask(`insert into tasks (owner, id, title, completed, priority, tags)
    select 'd''ora', gen_random_uuid(), 'bulk', false, 'low', '{}' from generate_series(1, 1200)`)
  const found = await exported(dora)
  const tasks = found.filter(({ kind }) => kind === 'tasks').map(({ record }) => record)
  assert.equal(tasks.length, 1201)
  const columns = await ask(
    `select column_name from information_schema.columns where table_name = 'tasks'`,
  )
  for (const task of tasks)
    assert.deepEqual(Object.keys(task).sort(), columns.map((it) => it.column_name).sort())
  const kept = tasks.find(({ title }) => title === 'kept')
  assert.deepEqual([kept?.due_date, kept?.tags], ['2026-12-24', ['ä']])
  assert.match(String(kept?.created_at), /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/)
  const [key] = found.filter(({ kind }) => kind === 'idempotencyKeys').map(({ record }) => record)
  assert.equal((key?.answer as { title?: string } | undefined)?.title, 'kept')
})

test('an export that nobody reads to its end leaves no connection', async () => {
  const eve = named('eve')
  await ask(`insert into tasks (owner, id, title, completed, priority, tags)
    select 'eve', gen_random_uuid(), 'bulk', false, 'low', '{}' from generate_series(1, 600)`)
  for await (const _ of records.all(eve)) break
  const idle = `select from pg_stat_activity where state like 'idle in transaction%'`
  await until(async () => (await ask(idle)).length === 0)
})

test('while the owner writes, what was there goes, what comes later stays, and totals are right', async () => {
  const fay = named('fay')
  await fill(fay, 20)
  const tasks = store.tasksOf(fay)
  let stopped = false
  let written = 0
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let n = 0; !stopped; n += 1) {
      const { task } = await tasks.create(draft, { key: `w${writer}-${n}`, fingerprint: 'f' })
      written += 1
      if (n % 2 === 0) await tasks.remove(task.id)
    }
  })
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const before = written
    const gone = await records.erase(fay)
    assert.ok(gone.tasks > 0 || attempt > 0)
    await until(() => written > before)
  }
  stopped = true
  await Promise.all(writers)
  const [kept] = await ask(`select count(*)::int as n from tasks where owner = 'fay'`)
  assert.equal(await total(fay), kept?.n)
  await records.erase(fay)
  assert.deepEqual(await traces(fay), nothing)
})

test('it waits for a change that is under way, and removes that too', async () => {
  const gus = named('gus')
  await fill(gus, 1)
  const holding = query(
    server.url,
    `begin; update tasks set title = 'held' where owner = 'gus'; select pg_sleep(1); commit`,
  )
  const held = `select from pg_stat_activity where wait_event = 'PgSleep'`
  await until(async () => (await ask(held)).length > 0)
  assert.deepEqual(await records.erase(gus), { tasks: 1, idempotencyKeys: 1 })
  await holding
  assert.deepEqual(await traces(gus), nothing)
})

test('a database that cannot be had is a fault with its cause', async () => {
  const away = new URL(server.url)
  away.password = 'hunter2'
  const gone = ownerRecords(connectionTarget(away.href, { production: false }))
  for (const call of [
    gone.count,
    gone.erase,
    (owner: Owner) => gone.all(owner)[Symbol.asyncIterator]().next(),
  ])
    await assert.rejects(call(named('ada')), (error: Fault) => {
      assert.equal(error.code, 'database_unavailable')
      assert.equal((error.cause as { code?: string }).code, '28P01')
      return true
    })
})
