import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import postgres from 'postgres'
import {
  type ThrowawayServer,
  throwawayServer,
} from '../../adapters/postgres/embedded/throwaway.ts'
import { type Build, root, throwawayBuild } from './build.ts'
import { logOf, type Program, program } from './program.ts'

let built: Build
let database: ThrowawayServer
const started: Program[] = []

before(async () => {
  built = await throwawayBuild()
  database = await throwawayServer()
})
after(async () => {
  await database?.drop()
  built?.remove()
})
afterEach(async () => {
  for (const one of started.splice(0)) await one.kill()
})

const migrate = (env: NodeJS.ProcessEnv, from = built.directory, args: string[] = []): Program => {
  const entry = from === root ? ['--import', 'tsx', 'bootstrap/migrate.ts'] : ['dist/migrate.js']
  const one = program([process.execPath, ...entry, ...args], { cwd: from, env })
  started.push(one)
  return one
}

/** Its only line; nothing is on the other stream, no value in either. */
const lineOf = async (ended: Program, code: number) => {
  assert.equal(await ended.ended(), code, ended.stdout())
  assert.equal(ended.stderr(), '')
  assert.doesNotMatch(ended.stdout(), /hunter2/)
  const [line, ...more] = logOf(ended)
  assert.deepEqual(more, [])
  assert.equal(line?.level, code === 0 ? 'info' : 'fatal')
  return { ...line, message: String(line?.message) }
}

test('two deploys at once apply each file once, a third finds nothing to do', async () => {
  const env = { APP_ENV: 'test', DATABASE_URL_UNPOOLED: database.url }
  const both = [migrate(env), migrate(env, root)]
  const lines = await Promise.all(both.map((one) => lineOf(one, 0)))
  const applied = lines.map((line) => (line as unknown as { applied: string[] }).applied)
  assert.deepEqual(applied.map(({ length }) => length > 0).sort(), [false, true])
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined })
  const records = await sql`select name from schema_migrations order by name`
  await sql.end({ timeout: 1 })
  assert.deepEqual(
    applied.flat(),
    records.map(({ name }) => name),
  )
  assert.deepEqual((await lineOf(migrate(env), 0)).message, 'the database is up to date')
})

test('it checks without a change, tells what differs and mends the totals that do', async () => {
  const env = { APP_ENV: 'test', DATABASE_URL_UNPOOLED: database.url }
  const ended = async (...args: string[]) => {
    const one = migrate(env, built.directory, args)
    return {
      code: await one.ended(),
      lines: logOf(one).map(({ level, message }) => [level, message]),
    }
  }
  const upToDate = ['info', 'the database is up to date']
  await ended()
  const good = { code: 0, lines: [['info', 'the database is as the migrations make it']] }
  assert.deepEqual(await ended('--check'), good)
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined })
  await sql.unsafe(`drop index tasks_by_title; alter table task_totals disable trigger user;
    insert into task_totals values ('hunter2', 0, 1); alter table task_totals enable trigger user`)
  const missing = 'index tasks_by_title on tasks is missing: make it again as 0001-tasks.sql does'
  const totals = 'totals of 1 owners differ from their tasks: run migrate'
  const bad = { code: 1, lines: [missing, totals].map((line) => ['error', line]) }
  assert.deepEqual(await ended('--check'), bad)
  assert.deepEqual(await ended('--check'), bad)
  const mended = ['warn', 'totals that differed from the tasks were mended']
  assert.deepEqual(await ended(), { code: 0, lines: [mended, ['warn', missing], upToDate] })
  await sql`create index tasks_by_title on tasks (owner, title collate "C", id)`
  await sql.end({ timeout: 1 })
  assert.deepEqual(await ended('--check'), good)
  const unknown = [['fatal', 'migrate takes --check and nothing else']]
  assert.deepEqual(await ended('--chekc'), { code: 1, lines: unknown })
})

const pooled = 'postgresql://app:hunter2@ep-x-pooler.eu-central-1.aws.neon.tech/main'
const unreachable = 'postgresql://app:hunter2@127.0.0.1:9/main'

const rows: Record<string, [env: NodeJS.ProcessEnv, line: RegExp]> = {
  'a pooler': [{ DATABASE_URL_UNPOOLED: pooled }, /^DATABASE_URL_UNPOOLED names a pooler: use/],
  'a pooler for want of another': [
    { APP_ENV: 'test', DATABASE_URL: pooled },
    /^DATABASE_URL_UNPOOLED is missing and DATABASE_URL names a pooler: set it$/,
  ],
  'only the URL of requests, in production': [
    { DATABASE_URL: 'postgresql://app:hunter2@db.example.com/main' },
    /^DATABASE_URL_UNPOOLED is missing/,
  ],
  'a name with a space before it': [
    { APP_ENV: 'test', DATABASE_URL: unreachable, ' DATABASE_URL_UNPOOLED': pooled },
    /^DATABASE_URL_UNPOOLED is not read from " DATABASE_URL_UNPOOLED"/,
  ],
  'a server that is not there': [
    { DATABASE_URL_UNPOOLED: unreachable },
    /\(ECONNREFUSED\): the database does not answer: migrate again/,
  ],
}
for (const [name, [env, line]] of Object.entries(rows))
  test(`it refuses ${name}, in one line`, async () => {
    assert.match((await lineOf(migrate(env), 1)).message, line)
  })

test('it refuses a wrong password, in one line', async () => {
  const url = Object.assign(new URL(database.url), { password: 'hunter2' }).href
  const { message } = await lineOf(migrate({ APP_ENV: 'test', DATABASE_URL: url }), 1)
  assert.match(message, /\(28P01\): correct user and password/)
})
