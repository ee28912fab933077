import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { type EmbeddedPostgres, embeddedPostgres } from './embedded.ts'
import { unoccupied } from './occupancy.ts'
import { query as queryAll } from './query.ts'
import { throwawayDatabase, throwawayServer } from './throwaway.ts'

const bounded = { timeout: 300_000 }
const isRoot = process.getuid?.() === 0
const nobody = 65534

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-embedded-'))
  undo.push(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))
  return directory
}

async function started(directory: string, more = {}): Promise<EmbeddedPostgres> {
  const server = await embeddedPostgres({ directory, durable: false, ...more })
  undo.push(server.stop)
  return server
}

const query = async (url: string, text: string) => (await queryAll(url, text))[0]

const program = `
  const { embeddedPostgres } = await import(process.argv[1])
  try {
    const { url, pid } = await embeddedPostgres({ directory: process.argv[2], durable: false })
    console.log(JSON.stringify({ url, pid, uid: process.getuid() }))
    setInterval(() => {}, 60_000)
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }))
  }`

/** Another node that starts a server and stays. */
async function elsewhere(directory: string, more = {}) {
  const module = new URL('./embedded.ts', import.meta.url).href
  const tsx = import.meta.resolve('tsx')
  const flags = ['--import', tsx, '--input-type=module', '-e', program, module, directory]
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const node = spawn(process.execPath, flags, { stdio: [...stdio], ...more }) as ChildProcess
  undo.push(async () => {
    await ended(node)
    await unoccupied(directory, Date.now() + 60_000)
  })
  if (!node.stdout) throw new Error('no output to read')
  const lines = createInterface(node.stdout)
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(150_000) })
  return { node, ...JSON.parse(line) } as {
    node: ChildProcess
    url: string
    pid: number
    uid: number
    error?: string
  }
}

async function ended(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return
  node.kill('SIGKILL')
  await once(node, 'exit')
}

const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => assert.fail('it started'),
    (error) => error,
  )

const oneLine = (message: string) => assert.doesNotMatch(message, /\n/)

test('it answers a query, knows Unicode, and closes its directory to others', bounded, async () => {
  const directory = scratch()
  chmodSync(directory, 0o755)
  const { url } = await started(directory)
  const text = `select lower('Ä') as lower, current_user as user, current_database() as database`
  assert.deepEqual(
    { ...(await query(url, text)) },
    { lower: 'ä', user: 'tasks', database: 'tasks' },
  )
  assert.equal(statSync(directory).mode & 0o777, 0o700)
})

test('it refuses a wrong password', bounded, async () => {
  const { url } = await started(scratch())
  const wrong = new URL(url)
  wrong.password = 'wrong'
  await assert.rejects(query(wrong.href, 'select 1'), { code: '28P01' })
})

test('it keeps its data and its password between runs', bounded, async () => {
  const directory = scratch()
  const first = await started(directory, { durable: true })
  await query(first.url, 'create table kept as select 42 as answer')
  await first.stop()
  const second = await started(directory, { port: first.port })
  assert.equal(second.url, first.url)
  assert.equal((await query(second.url, 'select answer from kept'))?.answer, 42)
})

test('a second start on the directory says so, and the first lives', bounded, async () => {
  const directory = scratch()
  const first = await started(directory)
  const { message } = await rejection(embeddedPostgres({ directory }))
  assert.match(message, new RegExp(`already running in ${directory} \\(process ${first.pid}\\)`))
  oneLine(message)
  assert.equal((await query(first.url, 'select 1 as one'))?.one, 1)
})

test('of two first starts at once one wins, and it works', bounded, async () => {
  const directory = scratch()
  const both = await Promise.allSettled([started(directory), started(directory)])
  const [won, ...more] = both.filter((start) => start.status === 'fulfilled')
  assert.ok(won)
  assert.equal(more.length, 0)
  assert.equal((await query(won.value.url, 'select 1 as one'))?.one, 1)
  const lost = both.find((start) => start.status === 'rejected')
  assert.match(lost?.reason.message, /already running/)
})

test('an interrupted initdb is redone and its remains are removed', bounded, async () => {
  const directory = scratch()
  const [old, recent] = [join(directory, 'cluster.new-old'), join(directory, 'cluster.new-recent')]
  for (const remains of [old, recent]) {
    mkdirSync(join(remains, 'data'), { recursive: true })
    writeFileSync(join(remains, 'data', 'PG_VERSION'), '17\n')
  }
  utimesSync(old, new Date(0), new Date(0))
  const { url } = await started(directory)
  assert.equal((await query(url, 'select 1 as one'))?.one, 1)
  assert.equal(existsSync(old), false)
  assert.equal(existsSync(recent), true, 'it may be the work of another start')
})

test('it starts after everything was killed at once', bounded, async () => {
  const directory = scratch()
  const { node, pid, url } = await elsewhere(directory)
  await query(url, 'create table kept as select 42 as answer')
  process.kill(pid, 'SIGKILL')
  await ended(node)
  assert.ok(existsSync(join(directory, 'cluster', 'data', 'postmaster.pid')))
  const server = await started(directory)
  assert.equal((await query(server.url, 'select answer from kept'))?.answer, 42)
})

test('it starts although the dead server’s number went to another program', bounded, async () => {
  const directory = scratch()
  await (await started(directory)).stop()
  const other = spawn('sleep', ['60'], { stdio: 'ignore' })
  undo.push(() => other.kill())
  const data = join(directory, 'cluster', 'data')
  writeFileSync(join(data, 'postmaster.pid'), `${other.pid}\n${data}\n0\n1\n\n\n\n`)
  await started(directory)
})

test('the server ends when its node is killed', bounded, async () => {
  const directory = scratch()
  const { node, pid } = await elsewhere(directory)
  await ended(node)
  // A start beside a server that lives is refused: that it succeeds is the proof.
  const server = await started(directory)
  assert.notEqual(server.pid, pid)
})

test('stop ends a frozen server, and may be called again', bounded, async () => {
  const server = await started(scratch())
  process.kill(server.pid, 'SIGSTOP')
  await Promise.all([server.stop(), server.stop()])
  assert.throws(() => process.kill(server.pid, 0), { code: 'ESRCH' })
  await server.stop()
})

test('a server that ended by itself can still be stopped', bounded, async () => {
  const server = await started(scratch())
  process.kill(server.pid, 'SIGKILL')
  await server.stop()
})

test('an unusable directory is named with the remedy', bounded, async () => {
  const file = join(scratch(), 'file')
  writeFileSync(file, '')
  const directory = join(file, 'below')
  const { message } = await rejection(embeddedPostgres({ directory }))
  assert.match(message, new RegExp(`cannot keep its data in ${directory}`))
  assert.match(message, /DATABASE_URL/)
  oneLine(message)
})

test('a server that does not start says why', bounded, async () => {
  const { message } = await rejection(started(scratch(), { settings: { nonsense: '1' } }))
  assert.match(message, /unrecognized configuration parameter "nonsense"/)
})

test('a taken port is named', bounded, async () => {
  const { port } = await started(scratch())
  const { message } = await rejection(started(scratch(), { port }))
  assert.equal(message, `Port ${port} is taken: choose another one, or none.`)
})

const unreachable = () => {
  if (!isRoot) return 'only root can become another user'
  const here = fileURLToPath(import.meta.url)
  const reads = spawnSync('test', ['-r', here], { uid: nobody, gid: nobody, cwd: '/' })
  return reads.status === 0 ? false : 'the project lies where no other user can read it'
}

test('an ordinary user can run it', { ...bounded, skip: unreachable() }, async () => {
  const account = { uid: nobody, gid: nobody, cwd: '/' }
  const directory = scratch()
  const denied = await elsewhere(directory, account)
  assert.match(denied.error ?? '', new RegExp(`cannot keep its data in ${directory}`))
  oneLine(denied.error ?? '')
  chownSync(directory, nobody, nobody)
  const { node, url, uid } = await elsewhere(directory, account)
  assert.equal(uid, nobody)
  await query(url, 'create table kept as select 42 as answer')
  await ended(node)
  const taken = await started(directory)
  assert.equal((await query(taken.url, 'select answer from kept'))?.answer, 42)
})

test('root without user namespaces runs it under another account', {
  ...bounded,
  skip: unreachable(),
}, async () => {
  const refusing = scratch()
  writeFileSync(join(refusing, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  const env = { ...process.env, PATH: `${refusing}:${process.env.PATH}` }
  const directory = scratch()
  for (const run of ['first', 'second']) {
    const { node, url } = await elsewhere(directory, { env })
    assert.equal((await query(url, 'select 1 as one'))?.one, 1, run)
    assert.notEqual(statSync(join(directory, 'cluster', 'data')).uid, 0)
    await ended(node)
  }
})

test('with a certificate it speaks TLS', bounded, async (t) => {
  const directory = scratch()
  const [key, crt] = [join(directory, 'key.pem'), join(directory, 'crt.pem')]
  const flags = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
  ]
  const files = ['-subj', '/CN=localhost', '-keyout', key, '-out', crt]
  const made = spawnSync('openssl', [...flags, ...files], { encoding: 'utf8' })
  if (made.status !== 0) return t.skip('there is no openssl to make a certificate')
  const tls = { certificate: readFileSync(crt, 'utf8'), key: readFileSync(key, 'utf8') }
  const { url } = await started(join(directory, 'server'), { tls })
  const text = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'
  assert.equal((await query(`${url}?sslmode=require`, text))?.ssl, true)
})

test('a throwaway server restarts at its URL with its data', bounded, async () => {
  const database = await throwawayServer()
  undo.push(database.drop)
  const before = database.server.pid
  await query(database.url, 'create table kept as select 42 as answer')
  await database.restart()
  assert.notEqual(database.server.pid, before)
  assert.equal((await query(database.url, 'select answer from kept'))?.answer, 42)
})

test('a throwaway database on a given server is its own, and dropped', bounded, async () => {
  const server = await started(scratch())
  const given = process.env.DATABASE_URL
  process.env.DATABASE_URL = server.url
  undo.push(() => {
    if (given === undefined) delete process.env.DATABASE_URL
    else process.env.DATABASE_URL = given
  })
  const database = await throwawayDatabase()
  assert.equal(database.server, undefined)
  const held = postgres(database.url, { max: 1 })
  const [row] = await held`select current_database() as name`
  assert.match(row?.name, /^tasks_test_/)
  await database.drop()
  await held.end({ timeout: 1 })
  await assert.rejects(query(database.url, 'select 1'), { code: '3D000' })
  await database.drop()
})
