import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { query } from '../../../adapters/postgres/embedded/query.ts'
import { connectionTarget } from '../../../adapters/postgres/pool/connection-url.ts'
import { type Database, database } from '../../../adapters/postgres/pool/database.ts'
import { createPool, type Pool } from '../../../adapters/postgres/pool/pool.ts'
import { explained, valuesIn } from '../../../adapters/postgres/shards/explained.ts'
import {
  draft,
  EXISTING,
  isException,
  useCases,
} from '../../../adapters/postgres/shards/use-cases.ts'
import { postgresTasks } from '../../../adapters/postgres/tasks/postgres-tasks.ts'
import { taskStoreContract } from '../../../application/ports/owned-tasks.contract.ts'
import type { TaskStore } from '../../../application/ports/owned-tasks.ts'
import { type Build, root, throwawayBuild } from '../../../bootstrap/system/build.ts'
import { program } from '../../../bootstrap/system/program.ts'
import {
  migrateDatabase,
  SECRET,
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from '../../../bootstrap/system/service-process.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import { Fault } from '../../../domain/fault.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import type { Task } from '../../../domain/task.ts'
import { reportIn } from '../steps/suite.ts'
import { erasesOneOwner } from './owners.ts'
import { type ThrowawayCluster, throwawayCluster } from './throwaway-cluster.ts'
import { losesOnlyItsOwners, moved, wrongTotals } from './workers.ts'

const { CITUS_URL } = process.env
const skip = !CITUS_URL && 'there is no cluster: CITUS_URL is not set'

describe('On a cluster', { skip }, () => {
  let cluster: ThrowawayCluster
  let built: Build
  let service: ServiceProcess
  let pool: Pool
  let store: TaskStore
  const tasksOf = (name: string) => store.tasksOf(ownerOf(name) as Owner)

  before(async () => {
    cluster = await throwawayCluster(CITUS_URL as string)
    built = await throwawayBuild()
    await migrateDatabase(built.directory, cluster.url)
    const target = connectionTarget(cluster.url, { production: false })
    pool = createPool({ target, max: 10, queueMax: 2_000 })
    store = postgresTasks(patient(database(pool)))
    // The pages of the docs are of a package, which a build does not bring.
    const env = { ...serviceEnv(cluster.url), API_DOCS: 'disabled' }
    service = await serviceProcess({ cwd: built.directory, env })
    await service.wrote('"message":"ready"')
  })
  after(async () => {
    await service?.kill()
    await pool?.close(1_000)
    built?.remove()
    await cluster?.drop()
  })

  taskStoreContract('the tasks of owners', () => store)

  for (const { name, run } of useCases)
    it(`one shard is asked by: ${name}`, async (t) => {
      const watched = explained(patient(database(pool)))
      const tasks = postgresTasks(watched).tasksOf(ownerOf(`owner of ${name}`) as Owner)
      const existing: Task[] = []
      for (let n = 0; n < EXISTING; n += 1)
        existing.push((await tasks.create(draft(`task ${n}`))).task)
      watched.taken()
      await run(tasks, existing as [Task, Task, ...Task[]])
      for (const { text, plan } of watched.taken()) {
        if (isException(text)) continue
        const shards = valuesIn(plan, 'Task Count')
        t.diagnostic(`${name} → ${shards.join(' + ')}`)
        assert.ok(
          shards.every((count) => count === 1),
          text,
        )
      }
    })

  it('totals are right while many write at once', async () => {
    const writer = async (_: unknown, at: number) => {
      const tasks = tasksOf(`writer ${at % 7}`)
      for (let n = 0; n < 10; n += 1) {
        const { task } = await tasks.create(draft(`${n}`), { key: `${at} ${n}`, fingerprint: 'x' })
        if (n % 3 === 0) await tasks.remove(task.id)
      }
    }
    await Promise.all(Array.from({ length: 21 }, writer))
    assert.deepEqual(await wrongTotals(cluster.url), [])
  })

  it('an owner is exported, and erased on every shard', () =>
    erasesOneOwner(cluster, built.directory, tasksOf))

  it('the live suite finds nothing', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tasks-cluster-'))
    const suite = program(
      [process.execPath, '--import', './verification/strip-types.js', 'verification/cli.ts'],
      {
        cwd: root,
        env: {
          TARGET_URL: `http://127.0.0.1:${service.port}`,
          ALLOWED_ORIGINS: 'https://app.example.com',
          BETTER_AUTH_SECRET: SECRET,
          REPORT_DIR: folder,
        },
      },
    )
    await suite.ended()
    const { verdicts } = reportIn(folder).counts
    rmSync(folder, { recursive: true, force: true })
    t.diagnostic(JSON.stringify(verdicts))
    assert.ok((verdicts.PASS ?? 0) > 200, suite.stdout() + suite.stderr())
    assert.equal(verdicts.FAIL ?? 0, 0, suite.stdout())
  })

  it('a worker that is lost takes only its owners along', () =>
    losesOnlyItsOwners(cluster, service.port))

  it('a shard is moved while its owner writes, and nothing is lost', async () => {
    const tasks = tasksOf('mover')
    let going = true
    let acknowledged = 0
    const writer = async () => {
      for (let n = 0; n < 500 && going; n += 1)
        await tasks.create(draft('kept')).then(
          () => {
            acknowledged += 1
          },
          () => undefined,
        )
    }
    const writers = Array.from({ length: 4 }, writer)
    await moved(cluster, 'mover').finally(() => {
      going = false
    })
    await Promise.all(writers)
    await tasks.create(draft('after'))
    const [row] = await query(
      cluster.url,
      `select count(*)::int as tasks from tasks where owner = 'mover'`,
    )
    assert.ok(acknowledged > 0 && Number(row?.tasks) >= acknowledged + 1)
    assert.deepEqual(await wrongTotals(cluster.url), [])
  })
})

/** Three servers on a small machine may refuse what comes at once; then nothing was done, and it is asked again. */
const patient = (database: Database): Database => ({
  ...database,
  run: (intent, statement) =>
    until(async () => {
      try {
        return { result: await database.run(intent, statement) }
      } catch (error) {
        if (error instanceof Fault && error.code === 'overloaded') return undefined
        throw error
      }
    }).then((done) => done?.result as never),
})
