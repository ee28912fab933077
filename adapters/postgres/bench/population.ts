import postgres from 'postgres'
import { throwawayDatabase } from '../embedded/throwaway.ts'
import { migrate, readMigrations } from '../migrations/migrate.ts'
import { type ConnectionTarget, connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from '../tasks/postgres-tasks.ts'
import type { Subject } from './operations.ts'
import { type Observed, observed } from './plans.ts'
import { type Population, seed } from './seed.ts'
import { subjectOf } from './subjects.ts'

export interface Populated {
  target: ConnectionTarget
  /** free of the timeouts of the service's role */
  sql: postgres.Sql
  watched: Observed
  /** the one with the most tasks first */
  subjects: Subject[]
}

export interface PopulationOptions {
  table: Subject['table']
  population: Population
  rows: number
  signal: AbortSignal
  say: (line: string) => void
  /** told how to undo what was done */
  undo: (step: () => Promise<unknown>) => void
}

/** A migrated database with this population, and what there is to try on it. */
export const populated = async ({ undo, ...options }: PopulationOptions): Promise<Populated> => {
  const throwaway = await throwawayDatabase()
  undo(() => throwaway.drop())
  const target = connectionTarget(throwaway.url, { production: false })
  await migrate(target, await readMigrations(new URL('../migrations/', import.meta.url)))
  const sql = postgres(throwaway.url, {
    max: 2,
    fetch_types: false,
    onnotice: () => undefined,
    // As text, because the driver leaves out what is false.
    connection: { statement_timeout: '0', maintenance_work_mem: '512MB' } as never,
  })
  undo(() => sql.end({ timeout: 1 }))
  await seed({ sql, ...options })
  // Waiting for the disk at each commit takes the same time at any size and would hide what grows.
  await sql.unsafe(`do $$ begin
    execute format('alter database %I set synchronous_commit = off', current_database()); end $$`)
  // One connection, so that owners of all sizes share its prepared statements.
  const pool = createPool({ target, max: 1, queueMax: 10 })
  undo(() => pool.close(1_000))
  const watched = observed(database(pool))
  const store = postgresTasks(watched)
  const subjects: Subject[] = []
  for (const name of Object.keys(options.population))
    subjects.push(await subjectOf(sql, store, { name, table: options.table }))
  subjects.sort((a, b) => b.size - a.size)
  await intoMemory(sql)
  return { target, sql, watched, subjects }
}

/** Loads the tables from the disk, so that no measured operation has to. Not every server has this extension. */
const intoMemory = async (sql: postgres.Sql) => {
  try {
    await sql`create extension if not exists pg_prewarm`
    await sql`select sum(pg_prewarm(oid)) from pg_class where relname like 'task%' and relkind in ('r', 'i')`
  } catch {}
}
