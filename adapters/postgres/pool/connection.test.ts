import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type ThrowawayServer, throwawayServer } from '../embedded/throwaway.ts'
import { hasPgbouncer, pgbouncer } from '../faults/pgbouncer.ts'
import { createWorld, until } from '../faults/world.ts'
import { openConnection } from './connection.ts'
import { connectionTarget } from './connection-url.ts'
import { failureOf } from './failures.ts'
import { mayPrepare } from './server-facts.ts'
import { timeouts } from './timeouts.ts'

const server = await throwawayServer()
after(server.drop)

const targetOf = (url: string) => connectionTarget(url, { production: false })
const withoutPooler = hasPgbouncer() ? false : 'there is no pgbouncer'

const prepared = async (url: string): Promise<number> => {
  const connection = await openConnection({ target: targetOf(url) })
  try {
    return await connection.run(async (sql) => {
      await sql`select ${1}::int as n`
      const [row] = await sql`select count(*)::int as n from pg_prepared_statements`
      return row?.n
    })
  } finally {
    connection.destroy()
  }
}

const hostile = [
  'channel_binding=require',
  'pgbouncer=true',
  'application_name=x',
  'sslmode=disable&connect_timeout=5',
].join('&')

test('A-11 · a URL with parameters that a server would refuse connects to PostgreSQL', async () => {
  const connection = await openConnection({ target: targetOf(`${server.url}?${hostile}`) })
  assert.equal(connection.facts.pooled, false)
  connection.destroy()
})

test('A-11 · a URL with parameters that a pooler would refuse connects to PgBouncer', {
  skip: withoutPooler,
}, async () => {
  const pooler = await pgbouncer(server.url)
  const connection = await openConnection({ target: targetOf(`${pooler.url}?${hostile}`) })
  assert.equal(connection.facts.pooled, true)
  connection.destroy()
  await pooler.stop()
})

describe('A-12 · TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-tls-'))
  const [crt, key] = [join(directory, 'crt'), join(directory, 'key')]
  let secure: ThrowawayServer | undefined
  before(async () => {
    const flags = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=db']
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', crt]
    if (spawnSync('openssl', [...flags, ...names]).status !== 0) return
    const tls = { certificate: readFileSync(crt, 'utf8'), key: readFileSync(key, 'utf8') }
    secure = await throwawayServer({ tls })
  })
  after(async () => {
    await secure?.drop()
    rmSync(directory, { recursive: true, force: true })
  })

  const opening = (url: string, ca?: string) => {
    const target = connectionTarget(url, { production: true, ...(ca !== undefined && { ca }) })
    return openConnection({ target })
  }

  for (const mode of ['', '?sslmode=disable', '?sslmode=prefer', '?sslmode=require'])
    test(`a server that signed its own certificate is refused with "${mode}", for good`, async (t) => {
      if (!secure) return t.skip('there is no openssl to make a certificate')
      await assert.rejects(opening(secure.url + mode), (error) => {
        assert.deepEqual(failureOf(error), {
          kind: 'permanent',
          code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
          answered: false,
          behind: false,
        })
        return true
      })
    })

  test('it is accepted where its certificate is known, and the connection is in fact secured', async (t) => {
    if (!secure) return t.skip('there is no openssl to make a certificate')
    const connection = await opening(secure.url, readFileSync(crt, 'utf8'))
    const [row] = await connection.run(
      (sql) => sql`select ssl from pg_stat_ssl
      where pid = pg_backend_pid()`,
    )
    assert.equal(row?.ssl, true)
    connection.destroy()
  })

  test('a server without TLS is refused, for good', async () => {
    await assert.rejects(opening(server.url), (error) => {
      assert.deepEqual(failureOf(error).code, 'ERR_TLS_REFUSED')
      return failureOf(error).kind === 'permanent'
    })
  })

  test('a server that hangs up, falls silent or resets in the middle of the handshake ends the attempt', async (t) => {
    if (!secure) return t.skip('there is no openssl to make a certificate')
    const world = await createWorld(secure)
    for (const turns of [[], [Buffer.from('S')], [Buffer.from('E')], [Buffer.from('SS')]]) {
      for (const then of ['close', 'stay'] as const) {
        world.proxy.answer(turns, then)
        const target = connectionTarget(world.url, { production: true })
        const signal = AbortSignal.timeout(500)
        await assert.rejects(openConnection({ target, signal }))
      }
    }
    world.proxy.answer(undefined)
    await world.proxy.become('reset')
    await assert.rejects(opening(world.url))
    await world.leave()
  })
})

test('statements are prepared by name on a server of its own', async () => {
  assert.ok((await prepared(server.url)) > 0)
})

test('B-1 · behind a pooler no statement is prepared by name', {
  skip: withoutPooler,
}, async () => {
  const pooler = await pgbouncer(server.url)
  assert.equal(await prepared(pooler.url), 0)
  await pooler.stop()
})

test('B-1 · behind Neon’s pooler, and its proxy, statements are prepared; behind any other they are not', () => {
  const facts = (pooled: boolean) => ({
    pooled,
    statementTimeoutMs: 0,
    maxConnections: 100,
    sharded: false,
  })
  const host = (name: string) => targetOf(`postgres://u:p@${name}/d`)
  assert.equal(mayPrepare(host('ep-x-pooler.eu-central-1.aws.neon.tech'), facts(true)), true)
  assert.equal(mayPrepare(host('ep-x.eu-central-1.aws.neon.tech'), facts(false)), true)
  assert.equal(mayPrepare(host('pooler.example.com'), facts(true)), false)
  assert.equal(mayPrepare(host('neon.tech.example.com'), facts(true)), false)
})

test('B-2 · timeouts that the role lacks are set on a session of our own, those it has are kept', async () => {
  const shown = async () => {
    const connection = await openConnection({ target: targetOf(server.url) })
    const [row] = await connection.run(
      (sql) => sql`select
      current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`,
    )
    connection.destroy()
    return { ...row, facts: connection.facts.statementTimeoutMs }
  }
  const world = await createWorld(server)
  assert.deepEqual(await shown(), {
    statement: '4s',
    lock: '2s',
    facts: timeouts.statementTimeoutMs,
  })
  await world.ask('alter role current_user set statement_timeout = 1500')
  assert.deepEqual(await shown(), { statement: '1500ms', lock: '2s', facts: 1_500 })
  await world.ask('alter role current_user reset statement_timeout')
  await world.leave()
})

test('B-2 · behind a pooler nothing is set, and what the role lacks is told', {
  skip: withoutPooler,
}, async () => {
  const pooler = await pgbouncer(server.url, 1)
  const connection = await openConnection({ target: targetOf(pooler.url) })
  assert.equal(connection.facts.statementTimeoutMs, 0)
  const [row] = await connection.run((sql) => sql`show lock_timeout`)
  assert.equal(row?.lock_timeout, '0')
  connection.destroy()
  await pooler.stop()
})

test('a statement that is never answered ends in time, and its late failure is nobody’s', async () => {
  const world = await createWorld(server)
  const connection = await openConnection({
    target: targetOf(world.url),
    timeouts: { ...timeouts, queryTimeoutMs: 300 },
  })
  await world.proxy.become('black_hole')
  await assert.rejects(
    connection.run((sql) => sql`select 1`),
    { code: 'ETIMEDOUT' },
  )
  assert.equal(connection.usable, false)
  connection.destroy()
  await world.leave()
})

test('the bound is for each statement anew', async () => {
  const connection = await openConnection({
    target: targetOf(server.url),
    timeouts: { ...timeouts, queryTimeoutMs: 600 },
  })
  for (let n = 0; n < 4; n += 1) await connection.run((sql) => sql`select pg_sleep(0.25)`)
  assert.equal(connection.usable, true)
  connection.destroy()
})

test('whoever leaves a transaction open has spoilt the connection for others', async () => {
  const connection = await openConnection({ target: targetOf(server.url) })
  await connection.run((sql) => sql`select 1`)
  assert.equal(connection.usable, true)
  await connection.run((sql) => sql.unsafe('begin'))
  assert.equal(connection.usable, false)
  await connection.run((sql) => sql.unsafe('commit'))
  assert.equal(connection.usable, true)
  connection.destroy()
})

test('a failing statement leaves the connection fit; a statement that throws too', async () => {
  const connection = await openConnection({ target: targetOf(server.url) })
  for (const statement of ['select 1/0', 'select * from nowhere', 'not SQL'])
    await assert.rejects(connection.run((sql) => sql.unsafe(statement)))
  await assert.rejects(connection.run((sql) => sql`select ${undefined as never}`))
  await assert.rejects(
    connection.run(() => {
      throw new Error('mine')
    }),
    { message: 'mine' },
  )
  assert.equal((await connection.run((sql) => sql`select 7 as n`))[0]?.n, 7)
  connection.destroy()
})

test('a connection that the server ended while it was idle is not fit any more', async () => {
  const world = await createWorld(server)
  const connection = await openConnection({ target: targetOf(server.url) })
  assert.equal(await world.terminate(), 1)
  await until(() => !connection.usable)
  await assert.rejects(connection.run((sql) => sql`select 1`))
  connection.destroy()
  await world.leave()
})

test('a connection whose server ends it right behind an answer is not fit any more', async () => {
  const world = await createWorld(server)
  const { port } = new URL(server.url)
  /** What the server says from then on, which arrives in one piece once it has hung up. */
  let held: Buffer[] | undefined
  const proxy = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1')
    client.on('error', () => undefined).pipe(upstream)
    upstream.on('data', (bytes) => (held ? held.push(bytes) : client.write(bytes)))
    upstream.on('end', () => client.write(Buffer.concat(held ?? [])))
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const target = { ...targetOf(server.url), port: (proxy.address() as AddressInfo).port }
  const connection = await openConnection({ target })
  const said: Buffer[] = []
  held = said
  const answer = connection.run((sql) => sql.unsafe('select 1 as n'))
  await until(() => said.length > 0)
  assert.equal(await world.terminate(), 1)
  assert.equal((await answer)[0]?.n, 1)
  assert.equal(connection.usable, false)
  connection.destroy()
  proxy.close()
  await world.leave()
})

test('an attempt that is given up leaves nothing open', async () => {
  const world = await createWorld(server)
  await world.proxy.become('black_hole')
  const attempt = openConnection({ target: targetOf(world.url), signal: AbortSignal.timeout(200) })
  await assert.rejects(attempt, { code: 'ETIMEDOUT' })
  const aborted = openConnection({ target: targetOf(world.url), signal: AbortSignal.abort() })
  await assert.rejects(aborted, { code: 'ETIMEDOUT' })
  await world.leave()
})

test('an address that no packet can reach is known at once', async () => {
  const target = targetOf('postgres://u:p@127.0.0.1:1/d')
  await assert.rejects(openConnection({ target }), { code: 'ECONNREFUSED' })
  // A label has at most 63 characters (RFC 1035 §2.3.4): no server is asked for this one, near or slow.
  const host = `${'x'.repeat(64)}.invalid`
  await assert.rejects(openConnection({ target: { ...target, host } }), { code: 'ENOTFOUND' })
})
