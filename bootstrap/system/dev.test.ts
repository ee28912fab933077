import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { checkouts, postgresGone, postgresOf, shellLines, tokensOf } from './checkout.ts'
import { request, requestUntil } from './http-client.ts'
import type { Program } from './program.ts'

const { checkout, dev, clear, undo } = checkouts()
afterEach(clear)

const npm = ['npm', 'run', 'dev']

/** What a start says that ends by itself: one line, on the stream for people, and no server is left. */
const refusal = async (service: Program, directory: string): Promise<string> => {
  assert.equal(await service.ended(), 1, service.stdout())
  assert.equal(service.stderr().trimEnd().split('\n').length, 1, service.stderr())
  await postgresGone(directory)
  return service.stderr().trimEnd()
}

const claimsOf = (token = '') =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

test('it prints what a person needs, and Ctrl-C leaves nothing', async () => {
  const directory = checkout()
  const { port, service } = await dev(directory)
  await shellLines(service)
  const text = service.stdout()
  assert.match(text, new RegExp(`Tasks API +http://localhost:${port}\n`))
  const origins = ['localhost', '127.0.0.1'].map((host) => `http://${host}:5173`).join()
  assert.match(text, new RegExp(`Origins +http://localhost:3000,.*${origins}.*localhost:${port}`))
  const [, expires = ''] = /Tokens +until (\S+),/.exec(text) ?? []
  for (const owner of ['ada', 'bob']) {
    const { sub, exp } = claimsOf(tokensOf(owner, service)[0])
    assert.deepEqual([sub, exp], [owner, Math.floor(Date.parse(expires) / 1000)])
  }
  assert.ok(Date.parse(expires) > Date.now() + 3_600_000)
  assert.equal((await request(port, '/docs')).status, 200)

  const second = await dev(directory)
  assert.equal(await second.service.ended(), 1)
  assert.equal(second.service.stdout(), '')
  assert.match(second.service.stderr(), /^An embedded PostgreSQL is already running in .*\n$/)
  assert.equal((await request(port, '/health')).status, 200)

  const postgres = postgresOf(directory)
  assert.ok(postgres)
  process.kill(-service.pid, 'SIGINT')
  assert.equal(await service.ended(), 0)
  for (const pid of [-service.pid, postgres])
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  await assert.rejects(request(port, '/livez'), { code: 'ECONNREFUSED' })
})

test('Ctrl-C of npm run dev, which arrives twice, stops it in good order', async (t) => {
  if (spawnSync('npm', ['--version']).status !== 0) return t.skip('there is no npm')
  const directory = checkout()
  const quiet = { npm_config_update_notifier: 'false', npm_config_cache: join(directory, '.npm') }
  const path = `${join(process.execPath, '../..')}:${process.env.PATH}`
  const { service } = await dev(directory, { ...quiet, PATH: path }, npm)
  await shellLines(service)
  process.kill(-service.pid, 'SIGINT')
  await service.ended()
  assert.match(service.stdout(), /\bstopped\b/)
  assert.equal(postgresOf(directory), 0)
})

test('a start that fails says why in one line and leaves no server behind', async () => {
  const directory = checkout()
  const misspelt = await dev(directory, { PORT: '80tcp' })
  assert.match(await refusal(misspelt.service, directory), /PORT must be a whole number/)
  const other = createServer().listen(0)
  undo.push(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  const taken = String(typeof address === 'object' && address?.port)
  const { service } = await dev(directory, { PORT: taken })
  assert.match(await refusal(service, directory), new RegExp(`^PORT ${taken} is taken: stop what`))
})

test('a folder that cannot be written is named', async () => {
  const directory = checkout()
  writeFileSync(join(directory, '.data'), '')
  const { service } = await dev(directory)
  const told = await refusal(service, directory)
  assert.match(told, new RegExp(`cannot be kept in ${directory}/\\.data/ \\(E\\w+\\)\\. Give`))

  rmSync(join(directory, '.data'))
  mkdirSync(join(directory, '.data'))
  writeFileSync(join(directory, '.data/postgres'), '')
  const without = await dev(directory)
  assert.match(await refusal(without.service, directory), /cannot keep its data in .*DATABASE_URL/)
})

test('a given database and secret are used, and then nothing is kept', async () => {
  const database = await throwawayServer()
  undo.push(database.drop)
  const directory = checkout()
  const given = { DATABASE_URL: database.url, JWT_SECRET: 'hV8nqT2xw5Zr0cJk7LmPs3YdUb9GfAeQiRoXt4' }
  const claims = { AUTH_ISSUER: 'issuer', AUTH_AUDIENCE: 'first,second', BETTER_AUTH_SECRET: '' }
  const { port, service } = await dev(directory, { ...given, ...claims })
  await shellLines(service)
  const [token] = tokensOf('ada', service)
  const authorization = `Bearer ${token}`
  const { iss, aud } = claimsOf(token)
  assert.deepEqual([iss, aud], ['issuer', 'first'])
  assert.equal((await request(port, '/api/v1/tasks', { headers: { authorization } })).status, 200)
  assert.equal(existsSync(join(directory, '.data')), false)
  await database.server.stop()
  await requestUntil(port, '/health', 503)
})

test('a given database that is not there is told in one line', async () => {
  const directory = checkout()
  const { service } = await dev(directory, { DATABASE_URL: 'postgres://app:hunter2@localhost:9/a' })
  const told = await refusal(service, directory)
  assert.match(told, /^the migration failed while connecting \(ECONNREFUSED\): the database does/)
})

test('on Windows itself one line tells of WSL', async () => {
  const directory = checkout()
  const windows = `data:text/javascript,Object.defineProperty(process, 'platform', { value: 'win32' })`
  const flags = ['--import', 'tsx', '--import', windows, 'bootstrap/dev.ts']
  const { service } = await dev(directory, {}, [process.execPath, ...flags])
  assert.match(await refusal(service, directory), /WSL.*DATABASE_URL/)
})
