import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import postgres from 'postgres'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { validDraft } from '../../../domain/task.ts'
import { throwawayServer } from '../embedded/throwaway.ts'
import { createWorld, until } from '../faults/world.ts'
import { migrate, readMigrations } from '../migrations/migrate.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from './postgres-tasks.ts'

const server = await throwawayServer()
const target = connectionTarget(server.url, { production: false })
await migrate(target, await readMigrations(new URL('../migrations/', import.meta.url)))
const world = await createWorld(server)
// Some titles meet what no validation foresees: a newer constraint, an id that is there already, endless work.
await world.ask(`
  alter table tasks add constraint not_refused check (title <> 'refused');
  create function meet_fate() returns trigger language plpgsql as $$ begin
    if new.title = 'slow' then perform pg_sleep(3); end if;
    if new.title = 'duplicate' then new.id := (select id from tasks where owner = new.owner limit 1); end if;
    return new;
  end $$;
  create trigger meet_fate before insert on tasks for each row execute function meet_fate();
  do $$ begin
    execute format('alter role current_user in database %I set statement_timeout = 1500', current_database());
    execute format('alter role current_user in database %I set lock_timeout = 1200', current_database());
  end $$`)
const pool = createPool({
  target: connectionTarget(world.url, { production: false }),
  max: 4,
  queueMax: 100,
  // A busy machine takes longer for fifty than a request may.
  timeouts: { acquireTimeoutMs: 60_000, callTimeoutMs: 60_000 },
})
const counted = database(pool)
let statements = 0
const store = postgresTasks({
  ...counted,
  run: (...call) => {
    statements += 1
    return counted.run(...call)
  },
})
const tasksOf = (n: number) => store.tasksOf(ownerOf(`writer ${n % 7}`) as Owner)
const create = (title: string, n: number) => tasksOf(n).create(validDraft({ title }))
/** Whether each succeeded, else its code. */
const ends = async (works: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(works)).map((end) =>
    end.status === 'fulfilled' ? 'done' : end.reason.code,
  )
before(async () => {
  await create('connects', 0)
  statements = 0
})
after(async () => {
  await pool.close(1_000)
  await world.leave()
  await server.drop()
})

test('writes at the same moment go in one statement, whoever writes', async () => {
  const made = await Promise.all(Array.from({ length: 50 }, (_, n) => create(`number ${n}`, n)))
  assert.equal(statements, 1)
  const titled = made.map(({ task }, n) => tasksOf(n).update(task.id, { title: `new ${n}` }))
  await Promise.all(titled)
  assert.equal(statements, 2)
  assert.deepEqual(await Promise.all(made.map(({ task }, n) => tasksOf(n).remove(task.id))), [
    ...made.map(() => true),
  ])
  assert.equal(statements, 3)
})

describe('one of fifty creates', () => {
  for (const [title, what, code] of [
    ['refused', 'that a constraint refuses', '23514'],
    ['duplicate', 'whose id is there already', '23505'],
    ['slow', 'that takes longer than a statement may', 'overloaded'],
  ] as const)
    test(`${what} fails alone, and the others are made once`, async () => {
      const owner = 3
      const titles = Array.from({ length: 50 }, (_, n) =>
        n === 21 ? title : `beside ${title} ${n}`,
      )
      const all = await ends(titles.map((one) => create(one, owner)))
      assert.deepEqual(
        all,
        titles.map((one) => (one === title ? code : 'done')),
      )
      const rows = await world.ask(`select title from tasks where title like '%${title}%'`)
      assert.deepEqual(
        rows.map((row) => String(row.title)).sort(),
        titles.filter((one) => one !== title).sort(),
      )
    })
})

test('a lock on one task keeps nobody waiting but who writes that task', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, (_, n) => create(`free ${n}`, n)))
  const [held, ...free] = made.map(({ task }) => task)
  const holder = postgres(server.url, { max: 1, fetch_types: false })
  await holder.unsafe(`begin; select from tasks where id = '${held?.id}' for update`)
  const order: string[] = []
  statements = 0
  const waiting = tasksOf(0)
    .update(held?.id ?? '', { title: 'held' })
    .then(
      () => order.push('held'),
      (error) => order.push(error.code),
    )
  const others = free.map((task, n) => tasksOf(n + 1).update(task.id, { title: 'not held' }))
  const changed = await Promise.all(others)
  assert.ok(changed.every((task) => task?.title === 'not held'))
  assert.deepEqual(order, [], 'the others did not wait for it')
  assert.equal(statements, 2, 'nor were they asked once more')
  await waiting
  assert.deepEqual(order, ['overloaded'])
  await holder.end({ timeout: 1 })
})

test('a connection that is lost leaves everybody in the statement in doubt, and nobody else', async () => {
  const doubtful = ['slow', ...Array.from({ length: 9 }, (_, n) => `in doubt ${n}`)]
  const works = ends(doubtful.map((title, n) => create(title, n)))
  await world.running('insert into tasks')
  const { total } = pool.stats
  const ended = await world.terminate('insert into tasks')
  assert.deepEqual(
    await works,
    doubtful.map(() => 'outcome_unknown'),
  )
  // Idle ones that inserted before have ended too, and who is given one before that shows is in doubt as well.
  await until(() => pool.stats.total <= total - ended)
  assert.deepEqual(await ends([create('afterwards', 1)]), ['done'])
})
