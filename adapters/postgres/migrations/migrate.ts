import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { type Connection, openConnection } from '../pool/connection.ts'
import type { ConnectionTarget } from '../pool/connection-url.ts'
import { failureOf, remedyFor } from '../pool/failures.ts'
import { timeouts } from '../pool/timeouts.ts'

/** Why a migration cannot go on, in one line for the person who deploys; it holds no value of a row or URL. */
export class MigrationError extends Error {}

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** The SQL files of a directory in the order of their names, which begin with a number. */
export const readMigrations = async (directory: URL): Promise<Migration[]> => {
  const names = (await readdir(directory).catch(() => []))
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
  if (names.length === 0)
    throw new MigrationError(`there are no migrations in ${directory.pathname}`)
  return Promise.all(
    names.map(async (name) => {
      // A checkout on Windows may have rewritten the line ends, which changes nothing.
      const sql = (await readFile(new URL(name, directory), 'utf8')).replaceAll('\r\n', '\n')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Any number, the same for every deploy of this service. */
const LOCK = 7_261_734
/** For another deploy's migrations. */
const TURN_MS = 120_000
/** For a table that requests are using: everyone who comes later queues up behind a statement that waits. */
const TABLE_MS = 10_000
/** For one file. */
const FILE_MS = 60 * 60_000

/**
 * Brings a database up to date and returns the names of what was applied. Deploys that run this at once wait
 * for each other, each file and its record are one transaction, and a file that has changed since it was
 * applied is an error. Must not go through a pooler: the lock belongs to the session.
 * @throws MigrationError
 */
export const migrate = async (
  target: ConnectionTarget,
  migrations: readonly Migration[],
): Promise<string[]> => {
  const options = { target, timeouts: { ...timeouts, queryTimeoutMs: FILE_MS }, prepare: false }
  // It is never dialled again: a second connection would go on without the lock of the first.
  const connection = await openConnection(options).catch(explain('connecting'))
  try {
    if (connection.facts.pooled)
      throw new MigrationError(
        'a pooler answers there: set DATABASE_URL_UNPOOLED to the host of the database itself',
      )
    return await bringUpToDate(connection.run, migrations)
  } finally {
    await connection.run((sql) => sql.end({ timeout: 1 })).catch(() => undefined)
    connection.destroy()
  }
}

const bringUpToDate = async (run: Connection['run'], migrations: readonly Migration[]) => {
  const query = (doing: string, text: string) =>
    run((sql) => sql.unsafe(text)).catch(explain(doing))
  await query('beginning', 'set statement_timeout = 0')
  await query('beginning', `set lock_timeout = ${TURN_MS}`)
  await query('waiting for another one to end', `select pg_advisory_lock(${LOCK})`)
  await query('beginning', `set lock_timeout = ${TABLE_MS}`)
  await query(
    'making its table of records',
    `create table if not exists schema_migrations
      (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  )
  const records = await query('reading its records', 'select name, checksum from schema_migrations')
  const fresh = unapplied(
    migrations,
    new Map(records.map(({ name, checksum }) => [name, checksum])),
  )
  for (const migration of fresh) await apply(run, migration)
  await query('setting the timeouts of the role', roleTimeouts)
  return fresh.map(({ name }) => name)
}

const unapplied = (migrations: readonly Migration[], applied: ReadonlyMap<string, string>) => {
  const changed = migrations.find(
    ({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum,
  )
  if (changed)
    throw new MigrationError(
      `migration ${changed.name} has changed since it was applied: restore it and add a new file`,
    )
  return migrations.filter(({ name }) => !applied.has(name))
}

/** Several statements in one simple query are one transaction (PostgreSQL §55.2.2.1). */
const apply = async (run: Connection['run'], { name, sql: statements, checksum }: Migration) => {
  const record = `insert into schema_migrations (name, checksum) values ('${name}', '${checksum}')`
  await run((sql) => sql.unsafe(`${statements}\n;\n${record}`)).catch((error: ServerError) => {
    const { kind, code } = failureOf(error)
    if (kind === 'transient') return explain(`applying ${name}`)(error)
    const line = statements.slice(0, Number(error.position ?? 0)).split('\n').length
    const place = error.position ? ` at line ${line}` : ''
    throw new MigrationError(`migration ${name} failed${place} (${code}): ${saying(error)}`)
  })
}

interface ServerError {
  message?: string
  position?: string
}

/** Errors in data (class 22) quote it. All others name objects, or are the words of the file itself. */
const saying = (error: ServerError): string => {
  const { code } = failureOf(error)
  if (code.startsWith('22')) return 'a row does not fit'
  const said = (error.message ?? '').replaceAll(/\s+/g, ' ')
  return code === '42501' ? `${said}: run migrate as the owner of the database` : said
}

/** Says what a person can do. Which of two variables the URL came from is not known here. */
const explain =
  (doing: string) =>
  (error: unknown): never => {
    const failure = failureOf(error)
    if (failure.code === 'UNKNOWN') throw error
    const remedy = remedies.get(failure.code) ?? remedyFor(failure)
    const there = remedy
      .replace('DATABASE_URL', 'the database URL')
      .replace(/^none needed.*/, 'the database does not answer: migrate again when it does')
    throw new MigrationError(`the migration failed while ${doing} (${failure.code}): ${there}`)
  }

/** Where they differ from those of the service. */
const remedies = new Map([
  [
    '42501',
    'run migrate as the owner of the database, or grant the role create on it and its schema',
  ],
  ['55P03', 'it took too long: migrate again later'],
])

/**
 * The role's own timeouts are the only ones that hold through Neon's proxy and PgBouncer alike: the one drops
 * them as startup parameters, behind the other a session's settings belong to somebody else. Every role may
 * set its own.
 */
const roleTimeouts = `do $$ begin
  execute format('alter role current_user in database %I set statement_timeout = ${timeouts.statementTimeoutMs}', current_database());
  execute format('alter role current_user in database %I set lock_timeout = ${timeouts.lockTimeoutMs}', current_database());
end $$`
