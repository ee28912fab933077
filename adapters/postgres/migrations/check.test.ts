import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { query } from '../embedded/query.ts'
import { throwawayServer } from '../embedded/throwaway.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { check, mend } from './check.ts'
import { migrate, readMigrations } from './migrate.ts'
import { schemaQuery } from './schema.ts'

const server = await throwawayServer()
after(server.drop)
const files = await readMigrations(new URL('./', import.meta.url))
const urlOf = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href
const targetOf = (name: string) => connectionTarget(urlOf(name), { production: false })

const tasks = (owner: string, count: number) => `
  insert into tasks (owner, id, title, completed, priority, tags)
  select '${owner}', gen_random_uuid(), 'x', false, 'low', '{}' from generate_series(1, ${count});`

await query(server.url, 'create database migrated')
await migrate(targetOf('migrated'), files)
await query(urlOf('migrated'), tasks('ada', 3) + tasks('bob', 2))

let count = 0
const copied = async (statements: string): Promise<string> => {
  count += 1
  await query(server.url, `create database copy_${count} template migrated`)
  await query(urlOf(`copy_${count}`), statements)
  return `copy_${count}`
}

const differing: Readonly<Record<string, [statements: string, line: string]>> = {
  'a missing index': [
    'drop index tasks_by_title',
    'index tasks_by_title on tasks is missing: make it again as 0001-tasks.sql does',
  ],
  'an index by hand': [
    'create index by_hand on tasks (title)',
    'index by_hand on tasks is made by no migration: drop it, or let one make it',
  ],
  'another index of that name': [
    'drop index tasks_by_title; create index tasks_by_title on tasks (owner, title, id)',
    'index tasks_by_title on tasks is not as 0001-tasks.sql makes it: make it again as that file does',
  ],
  'an index that was not completed': [
    `update pg_index set indisvalid = false where indexrelid = 'tasks_by_title'::regclass`,
    'index tasks_by_title on tasks is invalid: run "reindex index concurrently public.tasks_by_title"',
  ],
  'a missing column': [
    'alter table idempotency_keys drop column fingerprint',
    'column idempotency_keys.fingerprint is missing: make it again as 0001-tasks.sql does',
  ],
  'a column by hand': [
    'alter table tasks add column colour text',
    'column tasks.colour is made by no migration: drop it, or let one make it',
  ],
  'a column of another kind': [
    'alter table tasks alter title drop not null',
    'column tasks.title is not as 0001-tasks.sql makes it: make it again as that file does',
  ],
  'a missing constraint': [
    'alter table tasks drop constraint tasks_tags_check',
    'constraint tasks_tags_check on tasks is missing: make it again as 0001-tasks.sql does',
  ],
  'a missing table': [
    'drop table idempotency_keys',
    'table idempotency_keys is missing: make it again as 0001-tasks.sql does',
  ],
  'a table by hand': [
    'create table notes (id int primary key, text text)',
    'table notes is made by no migration: drop it, or let one make it',
  ],
  'a missing trigger': [
    'drop trigger totals_are_corrected on task_totals',
    'trigger totals_are_corrected on task_totals is missing: make it again as 0003-keep-totals-however-rows-come.sql does',
  ],
  'a trigger that a restore has left disabled': [
    'alter table tasks disable trigger removed_tasks_are_counted',
    'trigger removed_tasks_are_counted on tasks is disabled: run "alter table public.tasks enable trigger removed_tasks_are_counted"',
  ],
  'a function that names no schema': [
    `create or replace function count_no_tasks() returns trigger language plpgsql as
      'begin truncate task_totals; return null; end'`,
    'function count_no_tasks() is not as 0003-keep-totals-however-rows-come.sql makes it: make it again as that file does',
  ],
  'a function by hand': [
    `create function count_tasks(int) returns int language sql as 'select 1'`,
    'function count_tasks(integer) is made by no migration: drop it, or let one make it',
  ],
  'another type': [
    `alter type task_priority add value 'urgent'`,
    'type task_priority is not as 0001-tasks.sql makes it: make it again as that file does',
  ],
  'a total that is wrong': [
    `update task_totals set tasks = tasks + 1 where owner = 'ada'`,
    'totals of 1 owners differ from their tasks: run migrate',
  ],
  'a migration that is not applied': [
    `delete from schema_migrations where name like '0004%'`,
    'migration 0004-search-in-every-case.sql is not applied: run migrate',
  ],
  'a migration of another release': [
    `insert into schema_migrations (name, checksum) values ('0999-later.sql', '')`,
    'migration 0999-later.sql is of another release: check with that one',
  ],
}
for (const [name, [statements, line]] of Object.entries(differing))
  test(`the check tells of ${name}, in one line`, async () => {
    assert.deepEqual(await check(targetOf(await copied(statements)), files), [line])
  })

test('the check finds nothing where nothing differs, wherever the tables lie, and changes nothing', async () => {
  await query(server.url, 'create database elsewhere')
  await query(urlOf('elsewhere'), 'create schema "its own"')
  await query(server.url, `alter role tasks in database elsewhere set search_path = "its own"`)
  await migrate(targetOf('elsewhere'), files)
  for (const [name, schema] of [
    ['migrated', 'public'],
    ['elsewhere', '"its own"'],
  ] as const) {
    const all = async () => [
      await query(urlOf(name), schemaQuery(schema)),
      await query(urlOf(name), 'select nspname from pg_namespace order by nspname'),
    ]
    const before = await all()
    assert.ok((before[0]?.length ?? 0) > 50)
    assert.deepEqual(await check(targetOf(name), files), [])
    assert.deepEqual(await all(), before)
  }
})

test('totals that are wrong are mended while others write, and the rest is told', async () => {
  const name = await copied(`
    update task_totals set tasks = tasks * 2 where owner = 'ada';
    delete from task_totals where owner = 'bob';
    insert into task_totals values ('nobody', 3, 0);
    alter table task_totals disable trigger user;
    insert into task_totals values ('gone', 1, 7), ('idle', 1, 2), ('idle', 0, -2);
    alter table task_totals enable trigger user;
    create index by_hand on tasks (title)`)
  let busy = true
  const writer = async () => {
    // Each by itself, as the service writes: together they would be one transaction, which could wait for the other writer.
    while (busy)
      for (const text of [tasks('ada', 1), tasks('bob', 3), removeOne('ada')])
        await query(urlOf(name), text)
  }
  const removeOne = (owner: string) =>
    `delete from tasks where id = (select id from tasks where owner = '${owner}' limit 1);`
  const writers = [writer(), writer()]
  const mended = await mend(targetOf(name), files).finally(() => {
    busy = false
  })
  await Promise.all(writers)
  assert.deepEqual(mended, {
    owners: 4,
    differences: ['index by_hand on tasks is made by no migration: drop it, or let one make it'],
  })
  await query(urlOf(name), 'drop index by_hand')
  assert.deepEqual(await check(targetOf(name), files), [])
  const owners = await query(urlOf(name), 'select distinct owner from task_totals order by owner')
  assert.deepEqual(owners, [{ owner: 'ada' }, { owner: 'bob' }])
  assert.equal((await mend(targetOf(name), files)).owners, 0)
})
