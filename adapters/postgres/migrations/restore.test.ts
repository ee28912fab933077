import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, test } from 'node:test'
import postgres from 'postgres'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { validDraft } from '../../../domain/task.ts'
import { query } from '../embedded/query.ts'
import { throwawayServer } from '../embedded/throwaway.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from '../tasks/postgres-tasks.ts'
import { migrate, readMigrations } from './migrate.ts'

const server = await throwawayServer()
after(server.drop)
const [password, key] = ['keeper-of-tests', { key: 'k', fingerprint: 'the same request' }]
await query(server.url, `create role keeper login password '${password}'`)

type Role = 'superuser' | 'service'
const urlOf = (name: string, role: Role = 'service') => {
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` })
  return role === 'superuser' ? url.href : Object.assign(url, { username: 'keeper', password }).href
}
const targetOf = (name: string) => connectionTarget(urlOf(name), { production: false })

let count = 0
/** A migrated database of the service's own role. */
const migrated = async (schema = 'public'): Promise<string> => {
  count += 1
  const name = `restored_${count}`
  await query(server.url, `create database ${name} owner keeper`)
  if (schema !== 'public') {
    await query(urlOf(name), `create schema "${schema}"`)
    await query(urlOf(name), `alter role keeper in database ${name} set search_path = "${schema}"`)
  }
  await migrate(targetOf(name), await readMigrations(new URL('./', import.meta.url)))
  return name
}

const withTasks = async <T>(
  name: string,
  work: (of: (owner: string) => ReturnType<ReturnType<typeof postgresTasks>['tasksOf']>) => T,
): Promise<Awaited<T>> => {
  const pool = createPool({ target: targetOf(name), max: 4, queueMax: 100 })
  const store = postgresTasks(database(pool))
  try {
    return await work((owner) => store.tasksOf(ownerOf(owner) as Owner))
  } finally {
    await pool.close(1_000)
  }
}

const filled = async (name: string) =>
  withTasks(name, async (of) => {
    for (const owner of ['ada', 'bob']) {
      const made = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          of(owner).create(validDraft({ title: `${owner}'s\t${n} \\. Ä`, tags: ['a', 'b'] })),
        ),
      )
      await of(owner).remove(made[0]?.task.id as string)
    }
    return (await of('ada').create(validDraft({ title: 'under a key' }), key)).task
  })

const source = await migrated()
const first = await filled(source)

/** In the order in which pg_dump writes them: by name. */
const tables = ['idempotency_keys', 'task_totals', 'tasks'] as const

const COPY_MS = 5_000

interface Way {
  role: Role
  order?: 'totals last'
  searchPath?: string
  triggers?: 'disabled'
  inserts?: true
  leftOut?: (typeof tables)[number]
}

/** What `pg_dump --data-only` writes and its reader does: an empty search_path, and names with their schema. */
const restore = async (from: string, to: string, way: Way) => {
  const [there, here] = [from, to].map((name) =>
    postgres(urlOf(name, way.role), { max: 1, onnotice: () => undefined }),
  ) as [postgres.Sql, postgres.Sql]
  const ordered = way.order ? tables.toReversed() : tables
  try {
    await here.unsafe(`set search_path = ${way.searchPath ?? "''"}`)
    for (const table of ordered) {
      if (table === way.leftOut) continue
      const name = `public.${table}`
      if (way.triggers) await here.unsafe(`alter table ${name} disable trigger all`)
      if (way.inserts) {
        const rows = await there.unsafe(`select r.*::text as row from ${name} as r`)
        for (const { row } of rows)
          await here.unsafe(`insert into ${name} select ($1::${name}).*`, [row])
      } else {
        const data = await text(await there.unsafe(`copy ${name} to stdout`).readable())
        const copy = await here.unsafe(`copy ${name} from stdin`).writable()
        // The driver tells nobody that the server refuses the rows.
        await pipeline(Readable.from(data), copy, { signal: AbortSignal.timeout(COPY_MS) })
      }
      if (way.triggers) await here.unsafe(`alter table ${name} enable trigger all`)
    }
  } finally {
    await Promise.all([there.end({ timeout: 1 }), here.end({ timeout: 1 })])
  }
}

const counts = async (name: string) =>
  query(
    urlOf(name),
    `select owner, (select count(*)::int from tasks where owner = o.owner) as tasks,
      (select sum(tasks)::int from task_totals where owner = o.owner) as total
      from (select owner from tasks union select owner from task_totals) as o order by owner`,
  )
const right = [
  { owner: 'ada', tasks: 12, total: 12 },
  { owner: 'bob', tasks: 11, total: 11 },
]

const ways: Readonly<Record<string, Way>> = {
  'the service’s role': { role: 'service' },
  'the service’s role, totals after tasks': { role: 'service', order: 'totals last' },
  'the service’s role, with search_path set': { role: 'service', searchPath: 'public' },
  'the service’s role, without totals': { role: 'service', leftOut: 'task_totals' },
  'the service’s role, triggers disabled': { role: 'service', triggers: 'disabled' },
  'a superuser': { role: 'superuser' },
  'a superuser, triggers disabled': { role: 'superuser', triggers: 'disabled' },
  'rows one by one': { role: 'service', inserts: true },
  'rows one by one, totals after tasks, with search_path set': {
    role: 'superuser',
    inserts: true,
    order: 'totals last',
    searchPath: 'public',
  },
}
for (const [name, way] of Object.entries(ways))
  test(`data alone come back whole, counted and with their keys: ${name}`, async () => {
    const to = await migrated()
    await restore(source, to, way)
    assert.deepEqual(await counts(to), right)
    await withTasks(to, async (of) => {
      const again = await of('ada').create(validDraft({ title: 'under a key' }), key)
      assert.deepEqual(again, { task: first, replayed: true })
      await of('bob').create(validDraft({ title: 'one more' }))
    })
    assert.deepEqual((await counts(to))[1], { owner: 'bob', tasks: 12, total: 12 })
  })

test('rows that are there already are refused, and totals stay', async () => {
  await assert.rejects(restore(source, source, { role: 'service', inserts: true }), {
    code: '23505',
  })
  assert.deepEqual(await counts(source), right)
})

for (const schema of ['public', 'Own schema'])
  test(`every function finds its tables without a search_path: schema ${schema}`, async () => {
    const name = await migrated(schema)
    const own = `"${schema}"`
    await query(
      urlOf(name),
      `set search_path = '';
      insert into ${own}.tasks (owner, id, title, completed, priority, tags)
        select 'from ' || n % 3, gen_random_uuid(), 'x', false, 'low', '{}' from generate_series(1, 9) as n;
      insert into ${own}.task_totals values ('from 1', 7, 99), ('nobody', 1, 1);
      update ${own}.tasks set owner = 'to' where owner = 'from 0';
      delete from ${own}.tasks where owner = 'from 2'`,
    )
    const totals = `select owner, sum(tasks)::int as tasks from ${own}.task_totals group by owner order by owner`
    assert.deepEqual(await query(urlOf(name), totals), [
      { owner: 'from 1', tasks: 3 },
      { owner: 'to', tasks: 3 },
    ])
    await query(urlOf(name), `set search_path = ''; truncate ${own}.tasks`)
    assert.deepEqual(await query(urlOf(name), totals), [])
  })
