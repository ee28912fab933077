import { after, before } from 'node:test'
import { taskStoreContract } from '../../application/ports/owned-tasks.contract.ts'
import type { TaskStore } from '../../application/ports/owned-tasks.ts'
import { connectionTarget } from './connection-url.ts'
import { database } from './database.ts'
import { throwawayDatabase } from './embedded/throwaway.ts'
import { migrate, readMigrations } from './migrate.ts'
import { createPool, type Pool } from './pool.ts'
import { postgresTasks } from './postgres-tasks.ts'

let throwaway: Awaited<ReturnType<typeof throwawayDatabase>>
let pool: Pool
let store: TaskStore

before(async () => {
  throwaway = await throwawayDatabase()
  const target = connectionTarget(throwaway.url, { production: false })
  await migrate(target, await readMigrations(new URL('./migrations/', import.meta.url)))
  pool = createPool({ target, max: 10, queueMax: 100 })
  store = postgresTasks(database(pool))
})

after(async () => {
  await pool?.close(1000)
  await throwaway?.drop()
})

taskStoreContract('PostgreSQL', () => store)
