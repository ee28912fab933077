import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import postgres from 'postgres'
import type { ConnectionTarget } from './connection-url.ts'
import { limits } from './limits.ts'

/** Why a migration cannot go on, in words for the person who deploys. */
export class MigrationError extends Error {}

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** The SQL files of a directory in the order of their names, which begin with a number. */
export const readMigrations = async (directory: URL): Promise<Migration[]> => {
  const names = (await readdir(directory))
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
  if (names.length === 0) throw new MigrationError('there are no migrations')
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Any number, the same for every deploy of this service. */
const LOCK = 7_261_734

/**
 * Brings a database up to date and returns the names of what was applied. Deploys that run this at once wait
 * for each other, each file and its record are one transaction, and a file that has changed since it was
 * applied is an error. Must not go through a pooler: the lock belongs to the session.
 */
export const migrate = async (
  target: ConnectionTarget,
  migrations: readonly Migration[],
): Promise<string[]> => {
  const sql = postgres({
    host: target.host,
    port: target.port,
    database: target.database,
    username: target.user,
    password: target.password,
    ssl: target.tls,
    max: 1,
    fetch_types: false,
    connect_timeout: limits.connectMs / 1000,
    connection: { application_name: 'task-ownership-api migrate' },
    onnotice: () => undefined,
  } as postgres.Options<Record<string, never>>)
  try {
    await sql.unsafe(
      `set statement_timeout = 0; set lock_timeout = 0; select pg_advisory_lock(${LOCK})`,
    )
    await sql.unsafe(`create table if not exists schema_migrations
      (name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
    const applied = await sql<
      { name: string; checksum: string }[]
    >`select name, checksum from schema_migrations`
    const done = new Map(applied.map(({ name, checksum }) => [name, checksum]))
    const fresh = migrations.filter(({ name }) => !done.has(name))
    for (const { name, checksum } of migrations) {
      if (done.has(name) && done.get(name) !== checksum)
        throw new MigrationError(
          `migration ${name} has changed since it was applied: restore it and add a new file`,
        )
    }
    for (const migration of fresh) await apply(sql, migration)
    await sql.unsafe(roleTimeouts)
    return fresh.map(({ name }) => name)
  } finally {
    await sql.end({ timeout: 2 })
  }
}

/** Several statements in one simple query are one transaction (PostgreSQL §55.2.2.1). */
const apply = async (
  sql: postgres.Sql,
  { name, sql: statements, checksum }: Migration,
): Promise<void> => {
  const record = `insert into schema_migrations (name, checksum) values ('${name}', '${checksum}')`
  await sql
    .unsafe(`${statements};\n${record}`)
    .catch((error: { code?: string; message?: string }) => {
      throw new MigrationError(
        `migration ${name} failed: ${error.code ?? ''} ${error.message ?? ''}`,
      )
    })
}

/**
 * The role's own timeouts are the only ones that hold through Neon's proxy and PgBouncer alike: the one drops
 * them as startup parameters, behind the other a session's settings belong to somebody else.
 */
const roleTimeouts = `do $$ begin
  execute format('alter role current_user in database %I set statement_timeout = ${limits.statementMs}', current_database());
  execute format('alter role current_user in database %I set lock_timeout = ${limits.lockMs}', current_database());
end $$`
