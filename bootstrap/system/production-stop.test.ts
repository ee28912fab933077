import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import postgres from 'postgres'
import { faultProxy } from '../../adapters/postgres/faults/fault-proxy.ts'
import { commandIn } from './build.ts'
import { deployment } from './deployment.ts'
import { request, requestUntil } from './http-client.ts'
import { sharedSecretToken } from './issuer.ts'
import { logOf, type Program } from './program.ts'
import { SECRET, serviceEnv, serviceProcess } from './service-process.ts'
import { until } from './wait.ts'

/** PID 1 as in a container, where a signal that nobody handles is ignored. */
const alone = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--']
const noNamespaces =
  spawnSync(alone[0] ?? '', [...alone.slice(1), 'true']).status !== 0 &&
  'this user may not make a process namespace'

const token = await sharedSecretToken(SECRET, 'ada')

let command = ''
const { built, database, undo } = await deployment()

test('the Procfile has one line, which starts node itself (FR-002)', () => {
  command = commandIn(built.directory)
  // No package manager and no shell syntax: they keep SIGTERM for themselves.
  assert.match(command, /^node (--[a-z-]+=\d+ )*[\w/.-]+$/)
  const { scripts } = JSON.parse(readFileSync(join(built.directory, 'package.json'), 'utf8'))
  assert.equal(scripts.start, command)
})

/** The Procfile's command as Railway runs it: by bash, as process 1, with a port of the platform's choice. */
const deploy = async (env: NodeJS.ProcessEnv = {}) => {
  const PATH = `${join(process.execPath, '../..')}:${process.env.PATH}`
  const service = await serviceProcess({
    cwd: built.directory,
    env: { ...serviceEnv(database.url), PATH, ...env },
    command: [...alone, 'bash', '-c', command],
  })
  undo.push(service.kill)
  await service.wrote('"ready"')
  // unshare waits outside; what is process 1 inside is its only child
  const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8')
  const inside = Number(children.trim())
  assert.match(readFileSync(`/proc/${inside}/status`, 'utf8'), /^NSpid:.*\t1$/m)
  assert.equal(readlinkSync(`/proc/${inside}/exe`), realpathSync(process.execPath))
  return { port: service.port, service, terminate: () => process.kill(inside, 'SIGTERM') }
}

/** It has exited by itself within its own time for that, else its code is 1; nothing was tried or lost meanwhile. */
const assertEndedWell = async (service: Program) => {
  assert.equal(await service.ended(), 0, service.stdout())
  assert.equal(service.stderr(), '')
  const messages = logOf(service)
    .map(({ message }) => message)
    .filter((message) => message !== 'request')
  assert.deepEqual(messages.slice(messages.indexOf('stopping')), ['stopping', 'stopped'])
}

/** So much longer than anybody here waits that whoever needs it has not ended at once. */
const NO_HURRY = { SHUTDOWN_TIMEOUT_MS: '600000' }

describe('SIGTERM to process 1 (EC-3)', { skip: noNamespaces }, () => {
  test('ends an idle service at once, whatever connections are kept alive', async () => {
    const { port, service, terminate } = await deploy(NO_HURRY)
    const agent = new Agent({ keepAlive: true })
    undo.push(() => agent.destroy())
    const { headers: answered } = await request(port, '/health', { agent })
    const [, seconds] = /^timeout=(\d+)$/.exec(String(answered['keep-alive'])) ?? []
    assert.ok(Number(seconds) > 60, 'longer than Railway’s edge keeps a connection (C-5)')
    terminate()
    await assertEndedWell(service)
  })

  test('lets a request in flight be answered, then closes its connection (F-1)', async () => {
    const { port, service, terminate } = await deploy(NO_HURRY)
    const agent = new Agent({ keepAlive: true })
    const sql = postgres(database.url, { max: 1, onnotice: () => undefined })
    undo.push(
      () => agent.destroy(),
      () => sql.end({ timeout: 1 }),
    )
    await request(port, '/api/v1/tasks', { agent, token })
    const holder = await sql.reserve()
    await holder`begin`
    await holder`lock table tasks in access exclusive mode`
    const answer = request(port, '/api/v1/tasks', { agent, token })
    const waiting = () =>
      holder`select from pg_stat_activity where wait_event_type = 'Lock' and datname = 'tasks'`
    while ((await waiting()).length === 0);
    terminate()
    await service.wrote('"stopping"')
    await holder`commit`
    const { status, headers: answered } = await answer
    assert.equal(status, 200)
    assert.equal(answered.connection, 'close')
    await assertEndedWell(service)
  })

  test('ends it when the database is gone', async () => {
    const { port, service, terminate } = await deploy(NO_HURRY)
    await requestUntil(port, '/health', 200)
    await database.server.stop()
    await requestUntil(port, '/health', 503)
    terminate()
    await assertEndedWell(service)
    await database.restart()
  })

  test('answers also those who wait for a database that fell silent', async () => {
    const proxy = await faultProxy(database.url)
    undo.push(proxy.close)
    const url = proxy.through(database.url)
    const budget = { SHUTDOWN_TIMEOUT_MS: '2000' }
    const { port, service, terminate } = await deploy({ DATABASE_URL: url, ...budget })
    await requestUntil(port, '/health', 200)
    await proxy.become('black_hole')
    const { spoken } = proxy
    const answers = [1, 2].map(() => request(port, '/api/v1/tasks', { token }))
    await until(() => proxy.spoken > spoken)
    terminate()
    for (const { status, headers: answered } of await Promise.all(answers)) {
      assert.equal(status, 503)
      assert.equal(answered.connection, 'close')
    }
    await assertEndedWell(service)
  })

  test('is heard while the service still starts', async () => {
    const proxy = await faultProxy(database.url)
    undo.push(proxy.close)
    await proxy.become('black_hole')
    const starting = await serviceProcess({
      cwd: built.directory,
      env: { ...serviceEnv(proxy.through(database.url)), ...NO_HURRY },
      command: [process.execPath, ...command.split(' ').slice(1)],
    })
    undo.push(starting.kill)
    await starting.wrote('"listening"')
    starting.signal('SIGTERM')
    await assertEndedWell(starting)
    assert.ok(logOf(starting).every(({ message }) => message !== 'ready'))
  })
})
