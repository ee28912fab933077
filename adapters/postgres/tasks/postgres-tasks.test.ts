import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import postgres from 'postgres'
import { taskStoreContract } from '../../../application/ports/owned-tasks.contract.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { validDraft } from '../../../domain/task.ts'
import { query } from '../embedded/query.ts'
import { throwawayDatabase } from '../embedded/throwaway.ts'
import { until } from '../faults/world.ts'
import { migrate, readMigrations } from '../migrations/migrate.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from './postgres-tasks.ts'

const throwaway = await throwawayDatabase()
const target = connectionTarget(throwaway.url, { production: false })
await migrate(target, await readMigrations(new URL('../migrations/', import.meta.url)))
const pool = createPool({ target, max: 10, queueMax: 100 })
const store = postgresTasks(database(pool))
after(async () => {
  await pool.close(1000)
  await throwaway.drop()
})

taskStoreContract('PostgreSQL', () => store)

describe('PostgreSQL: reads at the same moment', () => {
  it('share statements with those of their kind, whoever asks', async () => {
    let statements = 0
    const db = database(pool)
    const counted = postgresTasks({
      ...db,
      run: (...call) => {
        statements += 1
        return db.run(...call)
      },
    })
    const id = '01890a5d-ac96-774b-bcce-b302099a8057'
    const sort = { by: 'createdAt', order: 'desc' } as const
    const page = { filter: {}, sort, place: { page: 1 }, perPage: 20 }
    const asked = Array.from({ length: 50 }, async (_, n) => {
      const tasks = counted.tasksOf(ownerOf(`reader ${n}`) as Owner)
      const answers = [
        tasks.get(id),
        tasks.list(page),
        tasks.list({ ...page, filter: { search: 'x' } }),
      ]
      return (await Promise.all(answers)).length
    })
    await Promise.all(asked)
    // All gets go together; of lists of 20 eight statements read five each, and one behind them the rest; a search goes alone.
    assert.equal(statements, 1 + 8 + 1 + 50)
  })
})

describe('PostgreSQL: times and days', () => {
  it('are told alike by a list and by a get, with whatever zeros they end or begin', async () => {
    const tasks = store.tasksOf(ownerOf('somebody with round times') as Owner)
    const sort = { by: 'createdAt', order: 'asc' } as const
    const page = { filter: {}, sort, place: { page: 1 }, perPage: 20 }
    const times = [
      '1999-12-31T23:59:59.999Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.100Z',
    ]
    for (const time of [...times, '2026-01-01T00:00:00.120Z', '2026-01-01T00:00:00.001Z']) {
      const { id } = (await tasks.create(validDraft({ title: time, dueDate: '0099-02-03' }))).task
      await pool.run((sql) => sql`update tasks set created_at = ${time} where id = ${id}`)
      const task = await tasks.get(id)
      assert.deepEqual([task?.createdAt, task?.dueDate], [time, '0099-02-03'])
      const listed = (await tasks.list(page)).tasks.find((one) => one.id === id)
      assert.deepEqual(listed, task)
    }
  })
})

describe('PostgreSQL: idempotency records', () => {
  const age = (key: string, hours: number) =>
    pool.run(
      (sql) => sql`
        update idempotency_keys set created_at = now() - ${hours} * interval '1 hour'
        where key = ${key}`,
    )
  const kept = async (keys: string) =>
    (await pool.run((sql) => sql`select from idempotency_keys where key like ${keys}`)).length

  it('count for a day and not longer', async () => {
    const tasks = store.tasksOf(ownerOf('somebody with an old key') as Owner)
    const idempotency = { key: 'old', fingerprint: 'the same request' }
    const first = await tasks.create(validDraft({ title: 'once' }), idempotency)
    await age('old', 23)
    assert.equal((await tasks.create(validDraft({ title: 'once' }), idempotency)).replayed, true)
    await age('old', 25)
    const anew = await tasks.create(validDraft({ title: 'once' }), idempotency)
    assert.equal(anew.replayed, false)
    assert.notEqual(anew.task.id, first.task.id)
    assert.equal(
      (await tasks.create(validDraft({ title: 'once' }), idempotency)).task.id,
      anew.task.id,
    )
  })

  it('answer who asked for one version while the first request with the key changed it', async () => {
    const tasks = store.tasksOf(ownerOf('somebody careful and impatient') as Owner)
    const { task } = await tasks.create(validDraft({ title: 'waited for' }))
    const holder = postgres(throwaway.url, { max: 1, fetch_types: false })
    await holder.unsafe(`begin; select from tasks where id = '${task.id}' for update`)
    const idempotency = { key: 'impatient', fingerprint: 'the same request' }
    const how = { completed: true, condition: [task.version], idempotency }
    const outcomes = Promise.all([1, 2].map(() => tasks.complete(task.id, how)))
    const waiting = `select from pg_locks where not granted and locktype in ('transactionid', 'tuple')`
    await until(async () => (await query(throwaway.url, waiting)).length === 2)
    await holder.end({ timeout: 1 })
    assert.deepEqual((await outcomes).map((it) => it?.replayed).sort(), [false, true])
  })

  it('are removed after their day by whoever writes the next ones, however many there are', async () => {
    await pool.run(
      (sql) => sql`
      insert into idempotency_keys (owner, operation, key, fingerprint, answer, created_at)
      select 'somebody who went away', 'create', 'left ' || n, 'x', '{}', now() - interval '25 hours'
      from generate_series(1, 2500) as n`,
    )
    const sweeps: Promise<unknown>[] = []
    const db = database(pool)
    const watched: typeof db = {
      ...db,
      run: (...call) => {
        const result = db.run(...call)
        // What somebody waits for has a deadline that its attempts share.
        if (call[2] === undefined) sweeps.push(result)
        return result
      },
    }
    const tasks = postgresTasks(watched).tasksOf(ownerOf('somebody who came') as Owner)
    for (const key of ['new 1', 'new 2', 'new 3', 'new 4']) {
      await tasks.create(validDraft({ title: key }), { key, fingerprint: key })
      await Promise.all(sweeps)
    }
    assert.deepEqual([await kept('left%'), await kept('new%'), sweeps.length], [0, 4, 3])
  })
})
