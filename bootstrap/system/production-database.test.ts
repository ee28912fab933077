import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import postgres from 'postgres'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { faultProxy } from '../../adapters/postgres/faults/fault-proxy.ts'
import { deployment } from './deployment.ts'
import { request, requestUntil } from './http-client.ts'
import { sharedSecretToken } from './issuer.ts'
import { logOf, type Program, program } from './program.ts'
import { SECRET, serviceEnv, serviceProcess } from './service-process.ts'
import { until } from './wait.ts'

const { built, database, undo } = await deployment()
const token = await sharedSecretToken(SECRET, 'ada')

const serve = async (url: string, env: NodeJS.ProcessEnv = {}) => {
  const given = { ...serviceEnv(url), ...env }
  const service = await serviceProcess({ cwd: built.directory, env: given })
  undo.push(service.kill)
  return { port: service.port, service }
}

const at = (change: Partial<Pick<URL, 'pathname' | 'password'>>): string =>
  Object.assign(new URL(database.url), change).href

const query = async (statement: string, url = database.url): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql.unsafe(statement).finally(() => sql.end({ timeout: 1 }))
}

const assertAlive = (service: Program) => {
  assert.doesNotThrow(() => process.kill(service.pid, 0))
  assert.equal(service.stderr(), '')
  assert.ok(logOf(service).every(({ level }) => level !== 'fatal'))
}

test('without its database it starts, says so, and recovers by itself, time and again', async () => {
  await database.server.stop()
  const { port, service } = await serve(database.url)
  for (const round of ['at start', 'later']) {
    const { body } = await requestUntil(port, '/health', 503)
    assert.deepEqual(JSON.parse(body).database, { status: 'disconnected' }, round)
    await service.wrote(
      round === 'at start' ? 'the database does not answer yet' : 'the database cannot serve',
    )
    const asked = await request(port, '/api/v1/tasks', { token })
    assert.deepEqual([asked.status, JSON.parse(asked.body).code], [503, 'database_unavailable'])
    assert.equal((await request(port, '/livez')).status, 200)
    await database.restart()
    await requestUntil(port, '/health', 200)
    if (round === 'at start') await database.server.stop()
  }
  assertAlive(service)
  await database.restart()
})

test('a database that accepts and then says nothing does not keep it from starting', async () => {
  const proxy = await faultProxy(database.url)
  undo.push(proxy.close)
  await proxy.become('black_hole')
  const { port, service } = await serve(proxy.through(database.url))
  await service.wrote('"ready"')
  assert.equal((await request(port, '/livez')).status, 200)
  assert.equal((await request(port, '/health')).status, 503)
  await proxy.become('pass')
  await requestUntil(port, '/health', 200)
  assertAlive(service)
})

describe('what only a person can mend ends the start with one line:', () => {
  const rows: Record<string, [url: () => string | Promise<string>, line: RegExp]> = {
    'a wrong password': [() => at({ password: 'hunter2' }), /28P01\): correct user and password/],
    'a database that is not there': [
      () => at({ pathname: '/hunter2' }),
      /3D000\): create the database/,
    ],
    'tables that are not there': [
      async () => {
        await query('create database empty')
        return at({ pathname: '/empty' })
      },
      /42P01\): run migrate: tables are missing/,
    ],
  }
  for (const [name, [url, line]] of Object.entries(rows))
    test(name, async () => {
      const { service } = await serve(await url())
      assert.equal(await service.ended(), 1)
      const fatal = logOf(service).filter(({ level }) => level === 'fatal')
      assert.equal(fatal.length, 1, service.stdout())
      assert.match(String(fatal[0]?.message), line)
      assert.doesNotMatch(service.stdout(), /hunter2/)
      assert.equal(service.stderr(), '')
    })
})

/** The first answers may still be about the connections that were cut, and nobody dials unless somebody asks. */
const requestUntilTold = (port: number, service: Program, remedy: string) =>
  until(async () => {
    await requestUntil(port, '/health', 503)
    return service.stdout().includes(`"remedy":"${remedy}`)
  })

test('the same, met later, never ends the process', async () => {
  const { port, service } = await serve(database.url)
  await requestUntil(port, '/health', 200)

  await query('alter table tasks rename to away')
  await requestUntilTold(port, service, 'run migrate')
  await query('alter table away rename to tasks')
  await requestUntil(port, '/health', 200)

  const other = new URL(database.url)
  await query(`create role keeper superuser login password 'keeper'`)
  Object.assign(other, { username: 'keeper', password: 'keeper' })
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tasks'`
  await query(`alter role tasks password 'hunter2'; ${cut}`, other.href)
  await requestUntilTold(port, service, 'correct user and password')
  await query(`alter role tasks password '${new URL(database.url).password}'`, other.href)
  await requestUntil(port, '/health', 200)

  assertAlive(service)
})

const openssl = spawnSync('openssl', ['version']).status === 0

test('production, over TLS', { skip: !openssl && 'there is no openssl' }, async (t) => {
  const [key, certificate] = ['key.pem', 'cert.pem'].map((name) => join(built.directory, name))
  const made = spawnSync('openssl', [
    ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' '),
    ...['-subj', '/CN=throw-away', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', key ?? '', '-out', certificate ?? ''],
  ])
  assert.equal(made.status, 0, String(made.stderr))
  const [pem, ca] = [key, certificate].map((path) => readFileSync(path ?? '', 'utf8'))
  const secured = await throwawayServer({ tls: { certificate: ca ?? '', key: pem ?? '' } })
  t.after(secured.drop)
  const production = { APP_ENV: undefined, RAILWAY_ENVIRONMENT_NAME: 'production', DATABASE_CA: ca }
  const env = { ...production, DATABASE_URL_UNPOOLED: secured.url }
  const migration = program([process.execPath, 'dist/migrate.js'], { cwd: built.directory, env })
  assert.equal(await migration.ended(), 0, migration.stdout())

  const trusting = await serve(secured.url, env)
  const { body } = await requestUntil(trusting.port, '/health', 200)
  assert.equal(JSON.parse(body).environment, 'production')
  assert.equal((await request(trusting.port, '/docs')).status, 404)
  const ours = `from pg_stat_ssl join pg_stat_activity using (pid)
    where application_name = 'task-ownership-api'`
  await query(`do $$ begin assert (select bool_and(ssl) ${ours}); end $$`, secured.url)

  const wary = await serve(secured.url, { ...env, DATABASE_CA: undefined })
  assert.equal(await wary.service.ended(), 1)
  assert.match(wary.service.stdout(), /cannot be verified: set DATABASE_CA/)

  const plain = await serve(database.url, env)
  assert.equal(await plain.service.ended(), 1)
  assert.match(plain.service.stdout(), /speaks no TLS/)
})
