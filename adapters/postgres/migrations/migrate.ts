import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { ConnectionTarget } from '../pool/connection-url.ts'
import { failureOf } from '../pool/failures.ts'
import { timeouts } from '../pool/timeouts.ts'
import { distribute, isCoordinator } from './distribution.ts'
import { explain, MigrationError, type ServerError, saying } from './migration-error.ts'
import { inTurn, type Session, TABLE_MS } from './session.ts'

export { MigrationError } from './migration-error.ts'

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** Runs one file under its name, for whoever wants to know what it took. */
export type Traced = (name: string, run: () => Promise<void>) => Promise<void>

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

/**
 * Brings a database up to date and returns the names of what was applied. Deploys that run this at once wait
 * for each other, each file and its record are one transaction, and a file that has changed since it was
 * applied is an error.
 * @throws MigrationError
 */
export const migrate = (
  target: ConnectionTarget,
  migrations: readonly Migration[],
  traced: Traced = (_, run) => run(),
): Promise<string[]> =>
  inTurn(target, async (session) => {
    const cluster = await isCoordinator(session)
    await session.query('making its table of records', recordsTable)
    const fresh = unapplied(migrations, await readRecords(session))
    for (const migration of fresh) await traced(migration.name, () => apply(session, migration))
    if (cluster) await distribute(session)
    await session.query('setting the timeouts of the role', roleTimeouts)
    return fresh.map(({ name }) => name)
  })

/** The checksum of each file that was applied; none where nobody has migrated yet. */
export const readRecords = async ({ query }: Session): Promise<ReadonlyMap<string, string>> => {
  const doing = 'reading its records'
  const [table] = await query(doing, `select to_regclass('schema_migrations') is not null as there`)
  const records = table?.there ? await query(doing, 'table schema_migrations') : []
  return new Map(records.map(({ name, checksum }) => [String(name), String(checksum)]))
}

export const recordsTable = `create table if not exists schema_migrations
  (name text primary key, checksum text not null, applied_at timestamptz not null default now())`

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

/**
 * The first line of a file whose statements are sent one by one, each ending a line, because `concurrently` is refused
 * in a transaction. After a failure all of them are run again, so they undo what a failed attempt may have left.
 */
const OUTSIDE = '-- outside a transaction\n'
/** For transactions that began before its statements, behind which nobody queues up. */
const EARLIER_MS = 120_000

/** What the file makes, as statements for any transaction. */
export const inOneTransaction = ({ sql }: Migration): string =>
  sql.startsWith(OUTSIDE) ? sql.replaceAll(' concurrently', '') : sql

/** Otherwise a file and its record are one simple query, and that is one transaction (PostgreSQL §55.2.2.1). */
const apply = async ({ run, query }: Session, { name, sql: text, checksum }: Migration) => {
  const record = `insert into schema_migrations (name, checksum) values ('${name}', '${checksum}')`
  const outside = text.startsWith(OUTSIDE)
  const parts = outside ? [...text.split(/(?<=;\n)/), record] : [`${text}\n;\n${record}`]
  await query('beginning', `set lock_timeout = ${outside ? EARLIER_MS : TABLE_MS}`)
  for (const [at, part] of parts.entries())
    await run((sql) => sql.unsafe(part)).catch((error: ServerError) => {
      const { kind, code } = failureOf(error)
      if (kind === 'transient') return explain(`applying ${name}`)(error)
      const before = parts.slice(0, at).join('') + part.slice(0, Number(error.position ?? 0))
      const place = error.position ? ` at line ${before.split('\n').length}` : ''
      throw new MigrationError(`migration ${name} failed${place} (${code}): ${saying(error)}`)
    })
}

/**
 * The role's own timeouts are the only ones that hold through Neon's proxy and PgBouncer alike: the one drops
 * them as startup parameters, behind the other a session's settings belong to somebody else. Every role may
 * set its own.
 */
const roleTimeouts = `do $$ begin
  execute format('alter role current_user in database %I set statement_timeout = ${timeouts.statementTimeoutMs}', current_database());
  execute format('alter role current_user in database %I set lock_timeout = ${timeouts.lockTimeoutMs}', current_database());
end $$`
