import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { query } from '../../../adapters/postgres/embedded/query.ts'
import { migrate, readMigrations } from '../../../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../../../adapters/postgres/pool/connection-url.ts'
import { type Build, throwawayBuild } from '../../../bootstrap/system/build.ts'
import { request } from '../../../bootstrap/system/http-client.ts'
import { sharedSecretToken } from '../../../bootstrap/system/issuer.ts'
import {
  SECRET,
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from '../../../bootstrap/system/service-process.ts'
import { errorIn } from '../output.ts'
import { clientPrograms } from '../restore/client-programs.ts'
import { migrated } from '../restore/restored-database.ts'
import { letEnter, refusals } from './refusals.ts'
import { broughtFromSingle, MOVED } from './single-database.ts'
import { type ThrowawayCluster, throwawayCluster } from './throwaway-cluster.ts'
import { wrongTotals } from './workers.ts'

const { CITUS_URL } = process.env
const skip = !CITUS_URL && 'there is no cluster: CITUS_URL is not set'
const tables = ['tasks', 'task_totals', 'idempotency_keys']
const files = await readMigrations(
  new URL('../../../adapters/postgres/migrations/', import.meta.url),
)
const migrating = (url: string) => migrate(connectionTarget(url, { production: false }), files)

describe('The schema of a cluster', { skip }, () => {
  let cluster: ThrowawayCluster
  let built: Build
  before(async () => {
    cluster = await throwawayCluster(CITUS_URL as string)
    built = await throwawayBuild()
  })
  after(async () => {
    built?.remove()
    await cluster?.drop()
  })

  const superuser = (statements: string) => query(cluster.superuser, statements)
  const served = async (url: string, work: (service: ServiceProcess) => Promise<void>) => {
    // The pages of the docs are of a package, which a build does not bring.
    const env = { ...serviceEnv(url), API_DOCS: 'disabled' }
    const service = await serviceProcess({ cwd: built.directory, env })
    await work(service).finally(service.kill)
  }
  const assertNotServed = (url: string, told: RegExp) =>
    served(url, async (service) => {
      assert.notEqual(await service.ended(), 0)
      assert.match(errorIn(service.stdout()), told)
    })
  const assertSound = async () => {
    await migrated(built.directory, cluster.url, '--check')
    assert.deepEqual(await wrongTotals(cluster.url), [])
  }

  for (const { name, told, arranged, undone } of refusals)
    it(`migrate tells of ${name}, in one line`, async () => {
      await arranged(cluster)
      const refused = assert.rejects(migrating(cluster.url), { message: told })
      await refused.finally(() => undone(cluster))
    })

  it('migrate tells who is not the owner, or has come to a worker, in one line', async () => {
    await assert.rejects(migrating(await cluster.role()), /\(42501\): run migrate as the owner/)
    const worker = Object.assign(new URL(cluster.url), { port: cluster.workers[0]?.port }).href
    await assert.rejects(migrating(worker), /^\w+: this is a worker: set the database URL to that/)
  })

  it('tasks that the coordinator had before it had workers are spread with their totals', async () => {
    await query(
      cluster.url,
      `insert into tasks (owner, id, title, completed, priority, tags)
       select 'owner ' || n, gen_random_uuid(), 'x', false, 'low', '{}' from generate_series(1, 40) as n`,
    )
    await assertNotServed(cluster.url, /\(42P16\): run migrate on the coordinator/)
    await migrated(built.directory, cluster.url)
    const nodes = `select distinct nodeport from citus_shards where table_name = 'tasks'::regclass`
    assert.equal((await superuser(nodes)).length, cluster.workers.length)
    await assertSound()
  })

  it('a role with rights on the tables serves, and the start tells which it lacks', async () => {
    const url = await cluster.role()
    const { username } = new URL(url)
    await superuser(`grant select, insert, update, delete on ${tables} to ${username}`)
    await served(url, async ({ wrote, port }) => {
      await wrote('"message":"ready"')
      const token = await sharedSecretToken(SECRET, 'somebody')
      const asked = { method: 'POST', token, json: { title: 'x' } }
      assert.equal((await request(port, '/api/v1/tasks', asked)).status, 201)
    })
    await letEnter(cluster, username, false)
    await served(url, async ({ wrote, port }) => {
      await wrote(
        /"code":"08006","remedy":"see that the workers run, and that the role of DATABASE_/,
      )
      await wrote('"message":"ready"')
      assert.equal((await request(port, '/health')).status, 503)
    })
    await superuser(`revoke delete on tasks from ${username}`)
    await assertNotServed(url, /\(42501\): grant the role of DATABASE_URL its rights on the tables/)
  })

  it('tables distributed by another column are told, and the remedy mends them', async () => {
    await superuser(
      `select undistribute_table('tasks');
       set citus.enable_unsafe_triggers = on;
       alter table tasks disable trigger user;
       select create_distributed_table('tasks', 'id', colocate_with => 'none')`,
    )
    await assert.rejects(migrating(cluster.url), /^\w+: tasks is distributed by another column/)
    await assertNotServed(cluster.url, /\(42P16\): run migrate on the coordinator/)
    for (const table of tables) await query(cluster.url, `select undistribute_table('${table}')`)
    await migrated(built.directory, cluster.url)
    await assertSound()
  })

  const bin = clientPrograms()?.bin
  const without = bin === undefined && 'there is no pg_dump'
  it('the data of a single database is brought whole', { skip: without }, async () => {
    await broughtFromSingle(cluster, built.directory, bin as string)
    for (const table of ['tasks', 'idempotency_keys']) {
      const of = `from ${table} where owner like '${MOVED.prefix}%'`
      const [row] = await query(cluster.url, `select count(*)::int as rows ${of}`)
      assert.equal(row?.rows, MOVED.rows, table)
    }
    await assertSound()
  })
})
