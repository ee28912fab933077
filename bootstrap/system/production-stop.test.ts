import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { SignJWT } from 'jose'
import postgres from 'postgres'
import {
  type ThrowawayServer,
  throwawayServer,
} from '../../adapters/postgres/embedded/throwaway.ts'
import {
  ask,
  askUntil,
  commandIn,
  freePort,
  logOf,
  type Program,
  program,
  silenceable,
  throwawayBuild,
} from './throwaway-service.ts'

/** PID 1 as in a container, where a signal that nobody handles is ignored. */
const alone = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--']
const noNamespaces =
  spawnSync(alone[0] ?? '', [...alone.slice(1), 'true']).status !== 0 &&
  'this user may not make a process namespace'

const secret = randomBytes(48).toString('base64url')
const token = await new SignJWT()
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('ada')
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(secret))
const headers = { authorization: `Bearer ${token}` }

let built: Awaited<ReturnType<typeof throwawayBuild>>
let database: ThrowawayServer
let command = ''
const undo: (() => unknown)[] = []

before(async () => {
  built = await throwawayBuild()
  database = await throwawayServer()
  const env = { APP_ENV: 'test', DATABASE_URL: database.url }
  const flags = { cwd: built.directory, env }
  assert.equal(await program([process.execPath, 'dist/migrate.js'], flags).ended(), 0)
})
after(async () => {
  await database?.drop()
  built?.remove()
})
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

test('the Procfile has one line, which starts node itself (FR-002)', () => {
  command = commandIn(built.directory)
  // No package manager and no shell syntax: they keep SIGTERM for themselves.
  assert.match(command, /^node (--[a-z-]+=\d+ )*[\w/.-]+$/)
  const { scripts } = JSON.parse(readFileSync(join(built.directory, 'package.json'), 'utf8'))
  assert.equal(scripts.start, command)
})

/** The Procfile's command as Railway runs it: by bash, as process 1, with a port of the platform's choice. */
const deploy = async (env: NodeJS.ProcessEnv = {}) => {
  const port = await freePort()
  const path = `${join(process.execPath, '../..')}:${process.env.PATH}`
  const given = {
    PATH: path,
    PORT: String(port),
    APP_ENV: 'test',
    DATABASE_URL: database.url,
    BETTER_AUTH_SECRET: secret,
    CORS_ORIGINS: 'https://app.example.com',
  }
  const options = { cwd: built.directory, env: { ...given, ...env } }
  const service = program([...alone, 'bash', '-c', command], options)
  undo.push(service.kill)
  await service.wrote('"ready"')
  // unshare waits outside; what is process 1 inside is its only child
  const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8')
  const inside = Number(children.trim())
  assert.match(readFileSync(`/proc/${inside}/status`, 'utf8'), /^NSpid:.*\t1$/m)
  assert.equal(readlinkSync(`/proc/${inside}/exe`), realpathSync(process.execPath))
  return { port, service, terminate: () => process.kill(inside, 'SIGTERM') }
}

const assertEndedWell = async (service: Program, withinMs: number) => {
  const since = performance.now()
  assert.equal(await service.ended(), 0, service.stdout())
  const took = performance.now() - since
  assert.ok(took < withinMs, `it took ${Math.round(took)} ms`)
  assert.equal(service.stderr(), '')
  assert.equal(logOf(service).at(-1)?.message, 'stopped')
}

/** Much more than an idle service needs, much less than any of its timeouts. */
const PROMPT_MS = 5_000

describe('SIGTERM to process 1 (EC-3)', { skip: noNamespaces }, () => {
  test('ends an idle service at once, whatever connections are kept alive', async () => {
    const { port, service, terminate } = await deploy()
    const agent = new Agent({ keepAlive: true })
    undo.push(() => agent.destroy())
    const { headers: answered } = await ask(port, '/health', { agent })
    const [, seconds] = /^timeout=(\d+)$/.exec(String(answered['keep-alive'])) ?? []
    assert.ok(Number(seconds) > 60, 'longer than Railway’s edge keeps a connection (C-5)')
    terminate()
    await assertEndedWell(service, PROMPT_MS)
  })

  test('lets a request in flight be answered, then closes its connection (F-1)', async () => {
    const { port, service, terminate } = await deploy()
    const agent = new Agent({ keepAlive: true })
    const sql = postgres(database.url, { max: 1, onnotice: () => undefined })
    undo.push(
      () => agent.destroy(),
      () => sql.end({ timeout: 1 }),
    )
    await ask(port, '/api/v1/tasks', { agent, headers })
    const holder = await sql.reserve()
    await holder`begin`
    await holder`lock table tasks in access exclusive mode`
    const answer = ask(port, '/api/v1/tasks', { agent, headers })
    const waiting = () =>
      holder`select from pg_stat_activity where wait_event_type = 'Lock' and datname = 'tasks'`
    while ((await waiting()).length === 0);
    terminate()
    await service.wrote('"stopping"')
    await holder`commit`
    const { status, headers: answered } = await answer
    assert.equal(status, 200)
    assert.equal(answered.connection, 'close')
    await assertEndedWell(service, PROMPT_MS)
  })

  test('ends it when the database is gone', async () => {
    const { port, service, terminate } = await deploy()
    await askUntil(port, '/health', 200)
    await database.server.stop()
    await askUntil(port, '/health', 503)
    terminate()
    await assertEndedWell(service, PROMPT_MS)
    await database.restart()
  })

  test('answers also those who wait for a database that fell silent', async () => {
    const way = await silenceable(database.server.port)
    undo.push(way.close)
    const url = Object.assign(new URL(database.url), { port: String(way.port) }).href
    const budget = { SHUTDOWN_TIMEOUT_MS: '2000' }
    const { port, service, terminate } = await deploy({ DATABASE_URL: url, ...budget })
    await askUntil(port, '/health', 200)
    const asked = way.silence()
    const answers = [1, 2].map(() => ask(port, '/api/v1/tasks', { headers }))
    await asked
    terminate()
    for (const { status, headers: answered } of await Promise.all(answers)) {
      assert.equal(status, 503)
      assert.equal(answered.connection, 'close')
    }
    await assertEndedWell(service, PROMPT_MS)
  })

  test('is heard while the service still starts', async () => {
    const way = await silenceable(database.server.port)
    undo.push(way.close)
    void way.silence()
    const port = await freePort()
    const url = Object.assign(new URL(database.url), { port: String(way.port) }).href
    const env = { PORT: String(port), APP_ENV: 'test', DATABASE_URL: url }
    const auth = { BETTER_AUTH_SECRET: secret, CORS_ORIGINS: 'https://app.example.com' }
    const options = { cwd: built.directory, env: { ...env, ...auth } }
    const starting = program([process.execPath, ...command.split(' ').slice(1)], options)
    undo.push(starting.kill)
    await starting.wrote('"listening"')
    starting.signal('SIGTERM')
    await assertEndedWell(starting, PROMPT_MS)
    assert.ok(logOf(starting).every(({ message }) => message !== 'ready'))
  })
})
