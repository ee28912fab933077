import assert from 'node:assert/strict'
import { query } from '../../../adapters/postgres/embedded/query.ts'
import type { OwnedTasks } from '../../../application/ports/owned-tasks.ts'
import { program } from '../../../bootstrap/system/program.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import { validDraft } from '../../../domain/task.ts'
import type { ThrowawayCluster } from './throwaway-cluster.ts'

const tables = ['tasks', 'task_totals', 'idempotency_keys']

/** How many rows of an owner the shards of each table hold, those included where nobody would look for them. */
const rowsOf = async ({ superuser }: ThrowawayCluster, owner: string) =>
  Promise.all(
    tables.map(async (table) => {
      const counts = await query(
        superuser,
        `select sum(result::int)::int as rows, bool_and(success) as all from
         run_command_on_shards('${table}', $$ select count(*) from %s where owner = '${owner}' $$)`,
      )
      assert.equal(counts[0]?.all, true)
      return counts[0]?.rows
    }),
  )

/** A total of nothing stays where somebody counted in another of its rows when the last task was removed. */
const totalIsLeft = async ({ superuser }: ThrowawayCluster, owner: string) => {
  const connection = { 'citus.enable_unsafe_triggers': 'on' } as never
  // One by one: what changes a table is sent to its shards with all that stands beside it.
  for (const statement of [
    'alter table tasks disable trigger removed_tasks_are_counted',
    `delete from tasks where owner = '${owner}'`,
    'alter table tasks enable trigger removed_tasks_are_counted',
    `update task_totals set tasks = 0 where owner = '${owner}'`,
  ])
    await query(superuser, statement, { connection })
}

/** A role of the operator, whom the workers' own timeout would let wait for no lock. */
const operator = async ({ superuser, workers, role }: ThrowawayCluster): Promise<string> => {
  const url = await role()
  const { username } = new URL(url)
  await query(superuser, `grant select, insert, update, delete on ${tables} to ${username}`)
  for (const worker of workers) {
    const set = `alter role ${username} set lock_timeout = '10ms'`
    await query(worker.url, `set citus.enable_alter_role_set_propagation = off; ${set}`)
  }
  return url
}

/** Changes the owner's tasks and commits when the work has long begun. */
const whileHeld = async (
  { superuser }: ThrowawayCluster,
  owner: string,
  work: () => Promise<void>,
) => {
  const change = `update tasks set title = 'held' where owner = '${owner}'`
  const holding = query(superuser, `begin; ${change}; select pg_sleep(3); commit`)
  const held = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
  await until(async () => (await query(superuser, held)).length > 0)
  await work().finally(() => holding)
}

/** The command exports and erases all of an owner, on every shard, and nothing of another. */
export const erasesOneOwner = async (
  cluster: ThrowawayCluster,
  app: string,
  tasksOf: (owner: string) => OwnedTasks,
) => {
  const env = { APP_ENV: 'test', DATABASE_URL: await operator(cluster) }
  const ran = async (...args: string[]) => {
    const run = program([process.execPath, 'dist/owner.js', ...args], { cwd: app, env })
    assert.equal(await run.ended(), 0, run.stderr())
    return { lines: run.stdout().trim().split('\n'), said: run.stderr() }
  }
  for (const owner of ['leaving', 'emptied', 'staying'])
    for (let n = 0; n < 3; n += 1)
      await tasksOf(owner).create(validDraft({ title: `${n}` }), { key: `${n}`, fingerprint: 'x' })
  await totalIsLeft(cluster, 'emptied')
  const staying = await rowsOf(cluster, 'staying')

  const records = (await ran('export', 'leaving')).lines.map((line) => JSON.parse(line))
  assert.deepEqual(records.at(-1), { kind: 'end', record: { tasks: 3, idempotencyKeys: 3 } })
  assert.equal(records.length, 7)
  await whileHeld(cluster, 'leaving', async () => {
    const { said } = await ran('erase', 'leaving', '--yes')
    assert.match(said, /^erased 3 tasks and 3 idempotency/)
  })
  assert.deepEqual(await rowsOf(cluster, 'leaving'), [0, 0, 0])
  assert.notDeepEqual(await rowsOf(cluster, 'emptied'), [0, 0, 0])
  assert.match((await ran('erase', 'emptied', '--yes')).said, /^erased 0 tasks and 3 idempotency/)
  assert.deepEqual(await rowsOf(cluster, 'emptied'), [0, 0, 0])
  assert.deepEqual(await rowsOf(cluster, 'staying'), staying)
}
