import type { ConnectionTarget } from '../pool/connection-url.ts'
import { inOneTransaction, type Migration, readRecords, recordsTable } from './migrate.ts'
import { type SchemaObject, schemaObjects, schemaQuery } from './schema.ts'
import { inTurn, type Session } from './session.ts'
import { mendTotals, wrongTotals } from './task-totals.ts'

/**
 * What differs from a database that these migrations make, totals included, a line with its remedy for each. It changes
 * nothing.
 * @throws MigrationError
 */
export const check = (
  target: ConnectionTarget,
  migrations: readonly Migration[],
): Promise<string[]> =>
  inTurn(target, async (session) => {
    const pending = await pendingLines(session, migrations)
    if (pending.length > 0) return pending
    const differences = await schemaDifferences(session, migrations)
    const owners = await wrongTotals(session)
    if (owners > 0)
      differences.push(`totals of ${owners} owners differ from their tasks: run migrate`)
    return differences
  })

/**
 * Mends totals after a migration. Returns for how many owners, and what else differs, which only a person can judge.
 * @throws MigrationError
 */
export const mend = (target: ConnectionTarget, migrations: readonly Migration[]) =>
  inTurn(target, async (session) => ({
    owners: await mendTotals(session),
    differences: await schemaDifferences(session, migrations),
  }))

const pendingLines = async (session: Session, migrations: readonly Migration[]) => {
  const applied = await readRecords(session)
  const known = new Set(migrations.map(({ name }) => name))
  return [
    ...migrations.flatMap(({ name, checksum }) => {
      if (!applied.has(name)) return [`migration ${name} is not applied: run migrate`]
      if (applied.get(name) === checksum) return []
      return [`migration ${name} has changed since it was applied: restore it and add a new file`]
    }),
    ...[...applied.keys()]
      .filter((name) => !known.has(name))
      .map((name) => `migration ${name} is of another release: check with that one`),
  ]
}

/**
 * The migrations make the schema a second time beside the real one, in a transaction that is rolled back, so the server
 * describes both in the same words and no list has to be kept.
 */
const schemaDifferences = async ({ query }: Session, migrations: readonly Migration[]) => {
  const read = (text: string) => query('comparing the schema', text)
  const [place] =
    await read(`select pg_backend_pid() as pid, current_setting('search_path') as path,
    coalesce((select relnamespace from pg_class where oid = to_regclass('tasks')), 'public'::regnamespace)::regnamespace::text as own`)
  const [own, scratch] = [String(place?.own), `tasks_as_migrated_${place?.pid}`]
  await read('begin')
  try {
    // On a cluster the second schema is made on its coordinator alone. Elsewhere nobody reads this setting.
    await read('set local citus.enable_ddl_propagation = off')
    const path = (first: string) => read(`select set_config('search_path', '${first}', true)`)
    await path('')
    const actual = schemaObjects(await read(schemaQuery(own)))
    await read(`create schema ${scratch}`)
    await path([scratch, place?.path].join().replaceAll("'", "''"))
    await read(recordsTable)
    for (const migration of migrations) await read(inOneTransaction(migration))
    await path('')
    const expected = schemaObjects(await read(schemaQuery(scratch))).map((object) => ({
      ...object,
      definition: object.definition.replaceAll(`${scratch}.`, `${own}.`),
    }))
    return linesOf(actual, expected, migrations)
  } finally {
    await read('rollback')
  }
}

const linesOf = (
  actual: readonly SchemaObject[],
  expected: readonly SchemaObject[],
  migrations: readonly Migration[],
): string[] => {
  const [there, due] = [byName(actual), byName(expected)]
  const alone = (table: string) => there.has(`table ${table} `) !== due.has(`table ${table} `)
  return [...new Map([...due, ...there])].flatMap(([key, object]) => {
    const { name, of, flaw } = object
    // What belongs to a table that is missing, or to one too many, goes with it.
    if (of !== '' && alone(of)) return []
    const called = of === '' || name.includes('.') ? name : `${name} on ${of}`
    const [is, should] = [there.get(key), due.get(key)]
    const file = fileOf(object, migrations)
    if (!is) return [`${called} is missing: make it again as ${file} does`]
    if (!should) return [`${called} is made by no migration: drop it, or let one make it`]
    if (is.definition !== should.definition)
      return [`${called} is not as ${file} makes it: make it again as that file does`]
    return flaw === '' ? [] : [`${called} ${flaw}`]
  })
}

const byName = (objects: readonly SchemaObject[]): Map<string, SchemaObject> =>
  new Map(objects.map((object) => [`${object.name} ${object.of}`, object]))

/** The last file that makes it by its name, or else the table that it belongs to. */
const fileOf = ({ name, of }: SchemaObject, migrations: readonly Migration[]): string => {
  const plain = name.replace(/^\w+ (\w+\.)?/, '').replace(/\(.*/s, '')
  const makes = new RegExp(String.raw`\b${name.split(' ')[0]} (concurrently )?(%1\$s\.)?${plain}\b`)
  const table = new RegExp(String.raw`\bcreate table ${of}\b`)
  const file =
    migrations.findLast(({ sql }) => makes.test(sql)) ??
    migrations.findLast(({ sql }) => table.test(sql))
  return file?.name ?? 'a migration'
}
