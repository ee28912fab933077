import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { throwawayServer } from '../embedded/throwaway.ts'
import { shortTimeouts } from '../faults/subjects.ts'
import { errorResponse } from '../faults/wire.ts'
import { createWorld, pause, settled, until, type World } from '../faults/world.ts'
import { postgresProbe } from '../postgres-probe.ts'
import { connectionTarget } from './connection-url.ts'
import { database } from './database.ts'
import { createPool, type Pool, type PoolOptions, type PoolState } from './pool.ts'
import type { Timeouts } from './timeouts.ts'

const server = await throwawayServer()
after(server.drop)

interface Bench {
  world: World
  pool: Pool
  /** what was reported, one word each */
  told: string[]
}

const allClosed = ({ ask }: World) =>
  until(async () => {
    const open = `select from pg_stat_activity where application_name = 'task-ownership-api'`
    return (await ask(open)).length === 0
  })

const sleep = (pool: Pool, seconds: number) => pool.run((sql) => sql`select pg_sleep(${seconds})`)

/** Keeps a connection busy until it is told to end, however long that takes. */
const held = (pool: Pool) => {
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { end, work: pool.run(() => ended) }
}
/** What a test waits for that judges no time: longer than any machine needs. */
const unhurried: Timeouts = {
  ...shortTimeouts,
  acquireTimeoutMs: 60_000,
  connectTimeoutMs: 60_000,
  stallTimeoutMs: 60_000,
  statementTimeoutMs: 60_000,
  queryTimeoutMs: 60_000,
  callTimeoutMs: 150_000,
}

/** A test with a pool of its own, whose books have to balance in the end. */
const withPool = (
  title: string,
  options: Partial<Omit<PoolOptions, 'timeouts'>> & { timeouts?: Partial<Timeouts> },
  check: (bench: Bench) => Promise<void>,
) =>
  test(title, { timeout: 180_000 }, async () => {
    const world = await createWorld(server)
    const told: string[] = []
    const onState = (state: PoolState) =>
      told.push(state.reachable ? 'reachable' : `${state.failure.kind} ${state.failure.code}`)
    const pool = createPool({
      target: connectionTarget(world.url, { production: false }),
      max: 2,
      queueMax: 10,
      onState,
      ...options,
      timeouts: { ...unhurried, ...options.timeouts },
    })
    try {
      await check({ world, pool, told })
      await until(() => pool.stats.total === pool.stats.idle && pool.stats.pending === 0)
    } finally {
      await pool.close(500)
      await until(() => pool.stats.connecting === 0)
      assert.deepEqual(pool.stats, { total: 0, idle: 0, connecting: 0, pending: 0 })
      await allClosed(world)
      await world.leave()
    }
  })

describe('room', () => {
  for (const max of [1, 2, 5])
    withPool(
      `${max} connections serve fifty callers in turn, and are never more`,
      { max, queueMax: 50 },
      async ({ pool }) => {
        let most = 0
        const callers = Array.from({ length: 50 }, async () => {
          await pool.run((sql) => sql`select pg_sleep(0.01)`)
          most = Math.max(most, pool.stats.total + pool.stats.connecting)
        })
        await Promise.all(callers)
        assert.ok(most <= max, `${most} at once`)
        assert.ok(pool.stats.idle >= 1)
      },
    )

  withPool(
    'A-7 · whoever comes after the last place in the queue is refused at once',
    { max: 1, queueMax: 2 },
    async ({ pool }) => {
      const { work, end } = held(pool)
      const works = [work, sleep(pool, 0), sleep(pool, 0)]
      await assert.rejects(sleep(pool, 0), { code: 'overloaded' })
      await until(() => pool.stats.total === 1)
      await assert.rejects(sleep(pool, 0), { code: 'overloaded' })
      end()
      await Promise.all(works)
    },
  )

  withPool(
    'A-7 · without a queue there is a connection for each caller or none',
    { max: 2, queueMax: 0 },
    async ({ pool }) => {
      const works = [sleep(pool, 0.2), sleep(pool, 0.2)]
      await assert.rejects(sleep(pool, 0), { code: 'overloaded' })
      await Promise.all(works)
    },
  )

  withPool('callers are served in the order in which they came', { max: 1 }, async ({ pool }) => {
    const order: number[] = []
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => {
        await sleep(pool, 0)
        order.push(n)
      }),
    )
    assert.deepEqual(order, [1, 2, 3, 4, 5])
  })

  withPool(
    'a caller with little patience leaves the queue, and its place goes to the next',
    { max: 1 },
    async ({ pool }) => {
      const slow = held(pool)
      await until(() => pool.stats.total === 1)
      const hasty = settled(pool.run((sql) => sql`select 1`, { acquireTimeoutMs: 50 }))
      const patient = pool.run((sql) => sql`select 1`)
      const end = await hasty
      assert.ok(!end.ok && end.error.code === 'overloaded')
      slow.end()
      await Promise.all([slow.work, patient])
    },
  )

  withPool(
    'while the first in the queue has waited in vain for nearly its time, who comes last is refused',
    {
      max: 1,
      timeouts: { acquireTimeoutMs: 3_000 },
    },
    async ({ pool }) => {
      const slow = sleep(pool, 3.5)
      await until(() => pool.stats.total === 1)
      const [first, second] = [settled(sleep(pool, 0)), settled(sleep(pool, 0))]
      await pause(2_750)
      const last = settled(sleep(pool, 0))
      assert.equal(pool.stats.pending, 2, 'it is not even queued')
      for (const end of [await last, await first, await second])
        assert.ok(!end.ok && end.error.code === 'overloaded')
      await slow
      await sleep(pool, 0)
    },
  )

  withPool(
    'whoever waits for a connection that the database does not answer is told of that, not of an overload',
    { max: 2, timeouts: { acquireTimeoutMs: 500, stallTimeoutMs: 300 } },
    async ({ world, pool }) => {
      const { work, end } = held(pool)
      await until(() => pool.stats.total === 1)
      await world.proxy.become('deaf')
      const waited = await settled(sleep(pool, 0))
      await world.proxy.become('pass')
      end()
      await work
      assert.ok(!waited.ok && waited.error.code === 'database_unavailable')
    },
  )

  withPool(
    'all silent for long make room for one more, which goes again',
    { max: 2, timeouts: { stallTimeoutMs: 200 } },
    async ({ pool }) => {
      const slow = [held(pool), held(pool)]
      await until(() => pool.stats.total === 2)
      await sleep(pool, 0)
      for (const { end } of slow) end()
      await Promise.all(slow.map(({ work }) => work))
      await sleep(pool, 0)
      assert.ok(pool.stats.total <= 2)
    },
  )
})

describe('connections', () => {
  withPool('one that dies while idle is not given to anybody', {}, async ({ world, pool }) => {
    await Promise.all([sleep(pool, 0.05), sleep(pool, 0.05)])
    assert.equal(await world.terminate(), 2)
    const { run } = database(pool, unhurried)
    await Promise.all([1, 2, 3].map((n) => run('read', (sql) => sql`select ${n}::int`)))
  })

  withPool('one that dies at work harms nobody who waits', { max: 1 }, async ({ world, pool }) => {
    const killed = settled(sleep(pool, 5))
    await world.running('pg_sleep')
    const next = [1, 2, 3].map(() => pool.run((sql) => sql`select 1`))
    await world.terminate('pg_sleep')
    assert.equal((await killed).ok, false)
    await Promise.all(next)
  })

  withPool(
    'whoever leaves a transaction open costs a connection and nobody a surprise',
    { max: 1 },
    async ({ pool }) => {
      const both = await pool.run((sql) => sql.unsafe('begin; select pg_backend_pid() as pid'))
      const [spoilt] = both[1] as unknown as { pid: number }[]
      const [next] = await pool.run((sql) => sql`select pg_backend_pid() as pid`)
      assert.notEqual(spoilt?.pid, next?.pid)
    },
  )

  withPool('a wrong statement costs no connection', { max: 1 }, async ({ world, pool }) => {
    for (let n = 0; n < 20; n += 1)
      await assert.rejects(pool.run((sql) => sql.unsafe('select * from nowhere')))
    assert.equal(world.proxy.dials.length, 1)
  })

  withPool(
    'idle ones are closed, so that the server may sleep',
    { timeouts: { idleTimeoutMs: 400 } },
    async ({ world, pool }) => {
      await sleep(pool, 0)
      await until(() => pool.stats.total === 0)
      await allClosed(world)
      await sleep(pool, 0)
    },
  )

  withPool(
    'old ones are replaced, however busy',
    { max: 1, timeouts: { maxLifetimeMs: 300 } },
    async ({ world, pool }) => {
      await until(async () => {
        await sleep(pool, 0.01)
        return world.proxy.dials.length >= 3
      })
    },
  )

  withPool(
    'while nobody asks nobody dials, also while the database is away',
    {},
    async ({ world, pool }) => {
      await sleep(pool, 0)
      await world.proxy.become('reset')
      world.proxy.cut()
      await settled(sleep(pool, 0))
      await until(() => pool.stats.connecting === 0 && pool.stats.pending === 0)
      await pause(300)
      const dials = world.proxy.dials.length
      await pause(700)
      assert.equal(world.proxy.dials.length, dials)
      await world.proxy.become('pass')
    },
  )
})

describe('A-13 · closing', () => {
  withPool(
    'lets what runs finish, and turns away who waits and who comes',
    { max: 1 },
    async ({ pool }) => {
      const { work, end } = held(pool)
      const waiting = settled(sleep(pool, 0))
      await until(() => pool.stats.total === 1 && pool.stats.pending === 1)
      const closing = [pool.close(60_000), pool.close(60_000)]
      await assert.rejects(sleep(pool, 0), { code: 'database_unavailable' })
      const waited = await waiting
      assert.ok(!waited.ok && waited.error.code === 'database_unavailable')
      end()
      await Promise.all([work, ...closing])
    },
  )

  withPool('ends what does not end in time', { max: 1 }, async ({ world, pool }) => {
    const work = settled(sleep(pool, 5))
    await world.running('pg_sleep')
    await pool.close(100)
    assert.equal((await work).ok, false)
    await world.terminate()
  })

  withPool('gives up a dial under way', { max: 1 }, async ({ world, pool }) => {
    await world.proxy.become('black_hole')
    const work = settled(sleep(pool, 0))
    await until(() => pool.stats.connecting === 1)
    await pool.close(100)
    assert.equal((await work).ok, false)
    await until(() => pool.stats.connecting === 0)
  })
})

describe('state is told once for each change', () => {
  withPool('of the network', { timeouts: shortTimeouts }, async ({ world, pool, told }) => {
    await sleep(pool, 0)
    await world.proxy.become('refuse')
    await Promise.all(Array.from({ length: 9 }, () => settled(sleep(pool, 0))))
    await world.proxy.become('pass')
    await until(async () => (await settled(sleep(pool, 0))).ok)
    assert.deepEqual(told, ['reachable', 'transient ECONNREFUSED', 'reachable'])
  })

  withPool('of a password that is changed and changed back', {}, async ({ world, pool, told }) => {
    await sleep(pool, 0)
    const wrong = errorResponse('FATAL', '28P01', 'password authentication failed for user "x"')
    world.proxy.answer([wrong])
    world.proxy.cut()
    // The first may meet the connection that was cut. Then the refusal itself ends each wait, and no timeout does, which
    // would have no cause.
    assert.ok(!(await settled(sleep(pool, 0))).ok)
    for (let n = 0; n < 4; n += 1)
      await assert.rejects(sleep(pool, 0), ({ cause }) => cause?.code === '28P01')
    world.proxy.answer(undefined)
    await until(async () => (await settled(sleep(pool, 0))).ok)
    assert.deepEqual(told, ['reachable', 'permanent 28P01', 'reachable'])
  })

  for (const [code, kind, what] of [
    ['53100', 'transient', 'a full disk'],
    ['25006', 'transient', 'a server that takes no writes'],
    ['42501', 'permanent', 'a right that is lacking'],
    ['42P01', 'permanent', 'a table that is missing'],
  ] as const)
    withPool(`of ${what}, while reads go on`, {}, async ({ world, pool, told }) => {
      await world.ask(`create or replace function refuse() returns trigger language plpgsql as $$
        begin raise exception 'no' using errcode = '${code}'; end $$;
        create or replace trigger refuse before insert on marks execute function refuse()`)
      const { run } = database(pool, unhurried)
      for (let n = 0; n < 5; n += 1) {
        const write = run('write', (sql) => sql`insert into marks values ('secret')`)
        await assert.rejects(write, { code: 'database_unavailable' })
        await run('read', (sql) => sql`select 1`)
      }
      await world.ask('drop trigger refuse on marks')
      await until(async () => {
        await run('write', (sql) => sql`insert into marks values ('secret')`)
        return told.length === 3
      })
      assert.deepEqual(told, ['reachable', `${kind} ${code}`, 'reachable'])
    })
})

describe('the probe says what a request would meet:', () => {
  const tasks = 'create table if not exists tasks (owner text)'
  const fate =
    (change: string, back: string, code: string) =>
    async ({ world, pool }: Bench) => {
      await world.ask(tasks)
      const probe = postgresProbe(pool)
      await probe.check()
      await world.ask(change)
      await world.terminate()
      // A connection that died just now may still be taken for a living one, once.
      await until(async () => {
        const end = await settled(probe.check())
        return !end.ok && end.error.code === code
      })
      await world.ask(back)
      await until(async () => (await settled(probe.check())).ok)
    }
  withPool('a missing table', {}, fate('drop table tasks', tasks, '42P01'))
  withPool(
    'a read-only server',
    {},
    fate(
      'alter role current_user set default_transaction_read_only = on',
      'set transaction_read_only = off; alter role current_user reset default_transaction_read_only',
      '25006',
    ),
  )

  withPool(
    'a full pool is overloaded for both, and well again for both',
    { max: 1, queueMax: 1 },
    async ({ world, pool }) => {
      await world.ask(tasks)
      const probe = postgresProbe(pool)
      const { work, end } = held(pool)
      const waiting = sleep(pool, 0)
      await until(() => pool.stats.total === 1 && pool.stats.pending === 1)
      await assert.rejects(probe.check(), { code: 'overloaded' })
      end()
      await Promise.all([work, waiting])
      await probe.check()
    },
  )

  withPool(
    'under a load of short statements it is well',
    { queueMax: 50 },
    async ({ world, pool }) => {
      await world.ask(tasks)
      const probe = postgresProbe(pool)
      let over = false
      const load = Array.from({ length: 30 }, async () => {
        while (!over) await sleep(pool, 0.005)
      })
      for (let n = 0; n < 10; n += 1) await probe.check()
      over = true
      await Promise.all(load)
    },
  )
})

test('a lock that somebody else holds ends a statement in time, and says what was waited for', async () => {
  const world = await createWorld(server)
  await world.ask(`create table if not exists idempotency_keys (key text, constraint idempotency_keys_pkey primary key (key));
    insert into marks values ('held')`)
  const target = connectionTarget(server.url, { production: false })
  const pool = createPool({
    target,
    max: 3,
    queueMax: 9,
    timeouts: { ...unhurried, lockTimeoutMs: 300 },
  })
  const { run } = database(pool, unhurried)
  const holder = settled(
    run('write', async (sql) => {
      await sql.unsafe(
        "begin; insert into idempotency_keys values ('mine'); update marks set mark = 'x'; select pg_sleep(1.2)",
      )
      await sql.unsafe('rollback')
    }),
  )
  await world.running('pg_sleep')
  const key = run('keyed', (sql) => sql`insert into idempotency_keys values ('mine')`)
  const row = run('keyed', (sql) => sql`update marks set mark = 'y'`)
  await Promise.all([
    assert.rejects(key, { code: 'idempotency_key_in_use' }),
    assert.rejects(row, { code: 'overloaded' }),
  ])
  await holder
  const cancelled = assert.rejects(
    run('write', (sql) => sql`select pg_sleep(5) as slow`),
    { code: 'overloaded' },
  )
  await world.running('as slow')
  await world.ask(
    `select pg_cancel_backend(pid) from pg_stat_activity where query like '%as slow%' and pid <> pg_backend_pid()`,
  )
  await cancelled
  await pool.close(500)
  await world.leave()
})
