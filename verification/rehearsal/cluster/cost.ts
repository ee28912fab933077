import { median } from '../../../adapters/postgres/bench/quantile.ts'
import { migrate, readMigrations } from '../../../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../../../adapters/postgres/pool/connection-url.ts'
import { database } from '../../../adapters/postgres/pool/database.ts'
import { createPool } from '../../../adapters/postgres/pool/pool.ts'
import { postgresTasks } from '../../../adapters/postgres/tasks/postgres-tasks.ts'
import type { OwnedTasks } from '../../../application/ports/owned-tasks.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { validDraft } from '../../../domain/task.ts'
import { singleDatabase } from './single-database.ts'
import { throwawayCluster } from './throwaway-cluster.ts'

const ROUNDS = 300
/** Tasks of the one who asks. */
const KEPT = 60

const draft = validDraft({ title: 'a task', description: 'about it', tags: ['home'] })
const page = {
  filter: {},
  sort: { by: 'createdAt', order: 'desc' },
  place: { page: 1 },
  perPage: 25,
} as const

type Operation = (tasks: OwnedTasks, id: string, round: number) => Promise<unknown>

const operations: Readonly<Record<string, Operation>> = {
  get: (tasks, id) => tasks.get(id),
  list: (tasks) => tasks.list(page),
  create: (tasks) => tasks.create(draft),
  'create with a key': (tasks, _, round) =>
    tasks.create(draft, { key: `${round}`, fingerprint: 'x' }),
  update: (tasks, id, round) => tasks.update(id, { title: `${round}` }),
  complete: (tasks, id) => tasks.complete(id, {}),
}

/**
 * What one caller waits for each operation on a single database and on the cluster, in turns, on servers that are all
 * on this machine: what the way over a coordinator costs, and not how much a cluster can do.
 */
export const costs = async (coordinator: string): Promise<string[]> => {
  const cluster = await throwawayCluster(coordinator)
  const single = await singleDatabase(cluster)
  const files = await readMigrations(
    new URL('../../../adapters/postgres/migrations/', import.meta.url),
  )
  const sides = await Promise.all(
    [single.url, cluster.url].map(async (url) => {
      const target = connectionTarget(url, { production: false })
      await migrate(target, files)
      const pool = createPool({ target, max: 2, queueMax: 10 })
      const tasks = postgresTasks(database(pool)).tasksOf(ownerOf('ada') as Owner)
      const { id } = (await tasks.create(draft)).task
      for (let n = 1; n < KEPT; n += 1) await tasks.create(draft)
      return { pool, tasks, id }
    }),
  )
  try {
    const lines: string[] = []
    for (const [name, run] of Object.entries(operations)) {
      const times = sides.map((): number[] => [])
      for (let round = 0; round < ROUNDS; round += 1)
        for (const [at, { tasks, id }] of sides.entries()) {
          const started = performance.now()
          await run(tasks, id, round)
          times[at]?.push(performance.now() - started)
        }
      const [alone = 0, spread = 0] = times.map(median)
      const ratio = (spread / alone).toFixed(1)
      lines.push(
        `${name}: ${alone.toFixed(2)} ms, on the cluster ${spread.toFixed(2)} (${ratio} ×)`,
      )
    }
    return lines
  } finally {
    for (const { pool } of sides) await pool.close(1_000)
    await single.drop()
    await cluster.drop()
  }
}
