import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import postgres from 'postgres'
import { query } from '../embedded/query.ts'
import { throwawayServer } from '../embedded/throwaway.ts'
import { hasPgbouncer, pgbouncer } from '../faults/pgbouncer.ts'
import { until } from '../faults/world.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { timeouts } from '../pool/timeouts.ts'
import { MigrationError, migrate, readMigrations } from './migrate.ts'

const server = await throwawayServer()
after(server.drop)

let count = 0
/** A database of the test's own on the one server. */
const fresh = async (owner = 'tasks'): Promise<string> => {
  count += 1
  await query(server.url, `create database test_${count} owner ${owner}`)
  return Object.assign(new URL(server.url), { pathname: `/test_${count}` }).href
}

const targetOf = (url: string) => connectionTarget(url, { production: false })

/** Reads these files as migrations, from a folder that is gone again afterwards. */
const filed = async (files: Record<string, string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-migrations-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return await readMigrations(pathToFileURL(`${folder}/`))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const own = () => readMigrations(new URL('./', import.meta.url))

/** The one line of a refusal. */
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => assert.fail('it was accepted'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof MigrationError, String(error))
  assert.doesNotMatch(error.message, /\n|hunter2/)
  return error.message
}

const one = 'create table one (id int primary key);\n'
const two = 'create table two (id int);\ninsert into one values (1);\n'

test('several at once apply each file once, and each knows what it applied', async () => {
  const url = await fresh()
  const files = await filed({ '0001-one.sql': one, '0002-two.sql': two })
  const applied = await Promise.all([1, 2, 3].map(() => migrate(targetOf(url), files)))
  const names = ['0001-one.sql', '0002-two.sql']
  assert.deepEqual(applied.flat(), names)
  assert.ok(applied.some((some) => some.length === 2))
  assert.deepEqual(await migrate(targetOf(url), files), [])
  const records = await query(url, 'select name from schema_migrations order by name')
  assert.deepEqual(
    records.map(({ name }) => name),
    names,
  )
})

test('a file that has changed is named, and nothing is applied before', async () => {
  const url = await fresh()
  await migrate(targetOf(url), await filed({ '0001-one.sql': one }))
  const changed = await filed({ '0000-new.sql': two, '0001-one.sql': `${one}-- changed` })
  const told = await refusal(migrate(targetOf(url), changed))
  assert.match(told, /^migration 0001-one\.sql has changed since it was applied: restore it/)
  assert.deepEqual(await query(url, `select from pg_class where relname = 'two'`), [])
})

test('line ends that a checkout has changed change nothing', async () => {
  const url = await fresh()
  await migrate(targetOf(url), await filed({ '0001-two.sql': `${one}${two}` }))
  const rewritten = { '0001-two.sql': `${one}${two}`.replaceAll('\n', '\r\n') }
  assert.deepEqual(await migrate(targetOf(url), await filed(rewritten)), [])
})

test('a file that fails leaves nothing behind, says where, and goes on when mended', async () => {
  const url = await fresh()
  const failing = 'create table half (id int);\ninsert into one values (1);\nselect nonsense;\n'
  const files = { '0001-one.sql': one, '0002-two.sql': failing, '0003-three.sql': two }
  const told = await refusal(migrate(targetOf(url), await filed(files)))
  assert.match(told, /^migration 0002-two\.sql failed at line 3 \(42703\): column "nonsense"/)
  assert.deepEqual(await query(url, 'select from one'), [])
  const left = `select relname from pg_class where relname in ('one', 'half', 'two')`
  assert.deepEqual(await query(url, left), [{ relname: 'one' }])
  const mended = await filed({ ...files, '0002-two.sql': 'create table half (id int) -- no end' })
  assert.deepEqual(await migrate(targetOf(url), mended), ['0002-two.sql', '0003-three.sql'])
})

const beside = `-- outside a transaction
drop index concurrently if exists one_by_id;

create index concurrently one_by_id on one (id);
`
test('a file outside a transaction says where it fails, and goes on when mended', async () => {
  const url = await fresh()
  const files = { '0001-one.sql': one, '0002-beside.sql': `${beside}select nonsense;\n` }
  const told = await refusal(migrate(targetOf(url), await filed(files)))
  assert.match(told, /^migration 0002-beside\.sql failed at line 5 \(42703\): column "nonsense"/)
  const mended = await filed({ ...files, '0002-beside.sql': beside })
  const applied = await Promise.all([1, 2, 3].map(() => migrate(targetOf(url), mended)))
  assert.deepEqual(applied.flat(), ['0002-beside.sql'])
  const valid = `select indisvalid from pg_index where indexrelid = 'one_by_id'::regclass`
  assert.deepEqual(await query(url, valid), [{ indisvalid: true }])
})

test('an index that is built outside a transaction keeps no writer waiting', async () => {
  const url = await fresh()
  await migrate(targetOf(url), await filed({ '0001-one.sql': one }))
  const writer = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    const building = await writer.begin(async (transaction) => {
      await transaction`insert into one values (1)`
      const building = migrate(
        targetOf(url),
        await filed({ '0001-one.sql': one, '0002-beside.sql': beside }),
      )
      building.catch(() => undefined)
      const waits = `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%create index%'`
      await until(async () => (await query(url, waits)).length > 0)
      await query(url, `set lock_timeout = '1s'; insert into one values (2)`)
      return { building }
    })
    assert.deepEqual(await building.building, ['0002-beside.sql'])
  } finally {
    await writer.end({ timeout: 1 })
  }
})

test('what the file itself says is passed on, in one line; what a row holds is not', async () => {
  const url = await fresh()
  const spoken = `do $$ begin raise exception E'first\\nsecond'; end $$`
  assert.match(
    await refusal(migrate(targetOf(url), await filed({ '0001-a.sql': spoken }))),
    /^migration 0001-a\.sql failed \(P0001\): first second$/,
  )
  const cast = `create table t (v text); insert into t values ('hunter2');
    alter table t alter v type int using v::int`
  assert.match(
    await refusal(migrate(targetOf(url), await filed({ '0001-a.sql': cast }))),
    /^migration 0001-a\.sql failed \(22P02\): a row does not fit$/,
  )
})

test('the role gets its timeouts, from which migrations themselves are free', async () => {
  const url = await fresh()
  const files = { '0001-one.sql': one }
  await migrate(targetOf(url), await filed(files))
  const [set] = await query(
    url,
    `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`,
  )
  assert.deepEqual({ ...set }, { statement: `${timeouts.statementTimeoutMs / 1000}s`, lock: '2s' })
  assert.equal(timeouts.lockTimeoutMs, 2_000)
  const free = `do $$ begin assert current_setting('statement_timeout') = '0'; end $$`
  const [applied] = await migrate(targetOf(url), await filed({ ...files, '0002-free.sql': free }))
  assert.equal(applied, '0002-free.sql')
})

const password = 'keeper-of-tests'
const as = (role: string, url: string) => Object.assign(new URL(url), { username: role, password })

test('an ordinary role that owns the database can do all of it', async () => {
  await query(server.url, `create role keeper login password '${password}'`)
  const url = as('keeper', await fresh('keeper')).href
  assert.equal((await migrate(targetOf(url), await own())).length, (await own()).length)
  const [shown] = await query(url, 'show statement_timeout')
  assert.equal(shown?.statement_timeout, '4s')
})

test('one that may not create anything is told so in one line', async () => {
  await query(server.url, `create role guest login password '${password}'`)
  const url = await fresh()
  const guest = targetOf(as('guest', url).href)
  const remedy = /\(42501\).*run migrate as the owner of the database/
  assert.match(await refusal(migrate(guest, await own())), remedy)
  await query(url, 'grant create on schema public to guest')
  const told = await refusal(migrate(guest, await own()))
  assert.match(told, /^migration 0001-.* \(42501\): permission denied to create extension/)
  assert.match(told, remedy)
})

test('a database that folds only ASCII is refused before anything is made', async () => {
  await query(
    server.url,
    `create database ascii template template0 locale_provider libc locale 'C'`,
  )
  const url = Object.assign(new URL(server.url), { pathname: '/ascii' }).href
  assert.match(await refusal(migrate(targetOf(url), await own())), /\(P0001\): .* UTF-8 locale/)
})

test('a database that cannot be reached or entered is told in one line', async () => {
  const rows: [change: Partial<URL>, line: RegExp][] = [
    [
      { port: '9' },
      /^the migration failed while connecting \(ECONNREFUSED\): the database does not answer: migrate again when it does$/,
    ],
    [{ password: 'hunter2' }, /\(28P01\): correct user and password in the database URL$/],
    [{ pathname: '/hunter2' }, /\(3D000\): create the database that the database URL names/],
  ]
  for (const [change, line] of rows) {
    const url = Object.assign(new URL(server.url), change).href
    assert.match(await refusal(migrate(targetOf(url), await own())), line)
  }
})

const skip = !hasPgbouncer() && 'there is no PgBouncer'
test('a pooler is refused by what it does, whatever it is called', { skip }, async () => {
  const pooler = await pgbouncer(server.url)
  try {
    const told = await refusal(migrate(targetOf(pooler.url), await own()))
    assert.match(told, /^a pooler answers there: set DATABASE_URL_UNPOOLED/)
  } finally {
    await pooler.stop()
  }
})

test('a lost connection ends it: it never goes on without its lock', async () => {
  const url = await fresh()
  const cut = 'create table half (id int); select pg_terminate_backend(pg_backend_pid())'
  const files = await filed({ '0001-cut.sql': cut, '0002-one.sql': one })
  const told = await refusal(migrate(targetOf(url), files))
  assert.match(told, /while applying 0001-cut\.sql \(.*migrate again/)
  assert.deepEqual(await query(url, `select from pg_class where relname in ('half', 'one')`), [])
})

test('files are taken in the order of their numbers, others are left out', async () => {
  const files = await filed({ '0010-b.sql': '', '0002-a.sql': '', 'notes.md': '', '3-c.sql': '' })
  assert.deepEqual(
    files.map(({ name }) => name),
    ['0002-a.sql', '0010-b.sql'],
  )
  await assert.rejects(filed({}), /there are no migrations in/)
})
