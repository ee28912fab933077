import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { after, before, test } from 'node:test'
import {
  type ThrowawayServer,
  throwawayServer,
} from '../../adapters/postgres/embedded/throwaway.ts'
import { type Build, throwawayBuild } from './build.ts'
import { request, requestUntil } from './http-client.ts'
import { sharedSecretToken } from './issuer.ts'
import { logOf } from './program.ts'
import {
  migrateDatabase,
  SECRET,
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from './service-process.ts'

const token = await sharedSecretToken(SECRET, 'ada-lovelace')
const authorization = `Bearer ${token}`
const release = '0123456789abcdef0123456789abcdef01234567'

let built: Build
let database: ThrowawayServer
let service: ServiceProcess
let port: number

/** One service for all of the file, as talkative as it can be. */
before(async () => {
  built = await throwawayBuild()
  database = await throwawayServer()
  await migrateDatabase(built.directory, database.url)
  const env = {
    ...serviceEnv(database.url),
    LOG_LEVEL: 'trace',
    RAILWAY_ENVIRONMENT_NAME: 'pr-42',
    RAILWAY_GIT_COMMIT_SHA: release,
  }
  service = await serviceProcess({ cwd: built.directory, env })
  port = service.port
  await requestUntil(port, '/health', 200)
})
after(async () => {
  await service?.kill()
  await database?.drop()
  built?.remove()
})

const ipv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

test('it is reached over IPv4', async () => {
  assert.equal((await request(port, '/livez', { host: '127.0.0.1' })).status, 200)
})

test('and over IPv6 (C-3)', { skip: !ipv6 && 'this machine has no ::1' }, async () => {
  assert.equal((await request(port, '/livez', { host: '::1' })).status, 200)
})

test('Railway’s health check is answered, by its host and without an origin (C-4)', async () => {
  const headers = { Host: 'healthcheck.railway.app' }
  assert.equal((await request(port, '/health', { headers })).status, 200)
})

test('the release is the commit that Railway deployed', async () => {
  const { body } = await request(port, '/health')
  assert.equal(JSON.parse(body).release, release)
})

test('a connection is kept longer than Railway’s edge keeps it (C-5)', async () => {
  const { headers } = await request(port, '/livez', { headers: { Connection: 'keep-alive' } })
  const [, seconds] = /^timeout=(\d+)$/.exec(String(headers['keep-alive'])) ?? []
  assert.ok(Number(seconds) > 60, String(headers['keep-alive']))
})

test('whatever is asked, the log is lines of JSON without a value of it (C-6)', async () => {
  const tasks = '/api/v1/tasks'
  const headers = { authorization, 'content-type': 'application/json' }
  const send = (path: string, method: string, body: unknown) =>
    request(port, path, { method, headers, body: JSON.stringify(body) })
  const made = await send(tasks, 'POST', { title: 'a-secret-title', description: 'a-secret-text' })
  assert.equal(made.status, 201)
  const { id } = JSON.parse(made.body)
  const asked: [Promise<{ status: number }>, number][] = [
    [request(port, `${tasks}?search=a-secret-search`, { headers }), 200],
    [request(port, `${tasks}?a-secret-parameter=1`, { headers }), 200],
    [request(port, `${tasks}/${id}`, { headers }), 200],
    [request(port, `${tasks}/a-secret-id`, { headers }), 404],
    [send(`${tasks}/${id}`, 'PATCH', { title: 'a-secret-title\u0000' }), 400],
    [send(tasks, 'POST', { title: 7, 'a-secret-member': 1 }), 400],
    [request(port, tasks, { method: 'POST', headers, body: '{"title":"a-secret-title' }), 400],
    [request(port, tasks, { headers: { authorization: `${authorization}a-secret-token` } }), 401],
    [request(port, tasks, { headers: { authorization: 'Basic a-secret-password' } }), 401],
    [request(port, '/health', { headers: { Origin: 'https://a-secret-origin.com' } }), 403],
    [request(port, '/livez', { headers: { 'X-Request-Id': 'a-secret id\t' } }), 200],
    [request(port, '/a-secret-path?a-secret-query=1'), 404],
    [request(port, '/%a-secret-encoding'), 404],
    [request(port, '/livez', { headers: { Cookie: 'a-secret-cookie=1' } }), 200],
  ]
  for (const [answer, status] of asked) {
    const { status: got } = await answer
    // The table is about the log: a refusal by a neighbouring status tells the same.
    assert.equal(Math.floor(got / 100), Math.floor(status / 100), `${got} for ${status}`)
  }
  // The line about a request is written after its answer, and takes its time through the pipe.
  const told = '"message":"request"'
  await service.wrote(new RegExp(`(?:(?:(?!${told})[^])*${told}){${asked.length + 1}}`))
  assert.equal(service.stderr(), '')
  const text = service.stdout()
  const values = ['a-secret', token, token.split('.')[1], SECRET, 'ada-lovelace', id]
  for (const value of [...values, new URL(database.url).password])
    assert.ok(!text.includes(value), value)

  const lines = logOf(service)
  assert.ok(lines.filter(({ message }) => message === 'request').length > asked.length)
  for (const line of lines) {
    assert.match(String(line.level), /^(trace|debug|info|warn|error|fatal)$/)
    assert.equal(typeof line.message, 'string')
    assert.notEqual(line.message, '')
    // no member twice: readers differ in which of the two they take
    assert.ok(text.includes(`${JSON.stringify(line)}\n`), JSON.stringify(line))
  }
})
