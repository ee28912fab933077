import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { errorResponse } from '../../adapters/postgres/faults/wire.ts'
import { createWorld, pause, type World } from '../../adapters/postgres/faults/world.ts'
import { type Build, throwawayBuild } from './build.ts'
import { type HttpRequest, type HttpResponse, request } from './http-client.ts'
import { sharedSecretToken } from './issuer.ts'
import { logOf, program } from './program.ts'
import {
  migrateDatabase,
  SECRET,
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from './service-process.ts'
import { until } from './wait.ts'

/** Faults as a caller over HTTP meets them: the whole service in a process of its own. */
const TASKS = '/api/v1/tasks'
const token = await sharedSecretToken(SECRET, 'ada')
let built: Build
let server: World['server']
let world: Awaited<ReturnType<typeof createWorld>>
let service: ServiceProcess
before(async () => {
  built = await throwawayBuild()
  server = await throwawayServer()
  world = await createWorld(server)
  await migrateDatabase(built.directory, server.url)
  service = await ready(world.url, {
    DATABASE_POOL_MAX: '2',
    DATABASE_QUEUE_MAX: '2',
    LOG_LEVEL: 'trace',
  })
})
after(async () => {
  await service?.kill()
  await world?.leave()
  await server?.drop()
  built?.remove()
})

const ready = async (databaseUrl: string, env: NodeJS.ProcessEnv) => {
  const given = { ...serviceEnv(databaseUrl), RATE_LIMIT_PER_MINUTE: '1000000', ...env }
  const started = await serviceProcess({ cwd: built.directory, env: given })
  await started.wrote('"message":"ready"')
  return started
}

const send = (path: string, given: HttpRequest = {}, { port } = service) =>
  request(port, path, { token, ...given })
const list = () => send(TASKS)
/** Reads what no other request does, so that it needs a statement of its own. */
const search = () => send(`${TASKS}?search=nothing`)
const create = (title: string, key?: string) =>
  send(TASKS, { method: 'POST', json: { title }, key })
const status = async (path: string) => (await send(path)).status
const problem = ({ status, headers, body }: HttpResponse) => {
  const { code } = JSON.parse(body) as { code?: string }
  return { status, code, retryAfter: headers['retry-after'] }
}
/** Resolves once both the deep check and a request answer like this. */
const agreed = (expected: 200 | 503) =>
  until(async () => {
    const both = await Promise.all([status('/health'), status(TASKS)])
    return both.every((one) => one === expected)
  })
/** The first caller afterwards may be told of an attempt to connect that began before. */
const REFUSED_MAX = 3
/** The database can be reached again, and one of the first callers is served. */
const recovered = async () => {
  for (let refused = 0; (await status(TASKS)) !== 200; refused += 1)
    assert.ok(refused < REFUSED_MAX, `${refused + 1} callers were refused`)
  await agreed(200)
}
const linesOnDatabase = () =>
  logOf(service).filter(({ message }) => /^(the )?database/.test(String(message)))
const unharmed = () => {
  assert.equal(service.end(), undefined)
  assert.doesNotMatch(service.stdout() + service.stderr(), /uncaught|unhandled/)
}

test('A-7 · with every slot and place taken the next request is told so at once, with Retry-After', async () => {
  await list()
  const held = world.ask('begin; lock table tasks; select pg_sleep(600)').catch(() => undefined)
  await until(async () => {
    const [lock] = await world.ask(
      `select from pg_locks where relation = 'tasks'::regclass and mode = 'AccessExclusiveLock'`,
    )
    return lock !== undefined
  })
  const refused: unknown[] = []
  const many = Array.from({ length: 12 }, async () => {
    const answer = problem(await search())
    if (answer.status === 503) refused.push(answer)
  })
  await until(() => refused.length >= 6)
  await world.ask(
    `select pg_cancel_backend(pid) from pg_stat_activity
      where query like 'begin; lock table%' and pid <> pg_backend_pid()`,
  )
  await Promise.all([...many, held])
  for (const refusal of refused)
    assert.deepEqual(refusal, { status: 503, code: 'overloaded', retryAfter: '1' })
  await agreed(200)
  unharmed()
})

test('A-14 · neither log nor answer of a duplicate holds its value', async () => {
  await world.ask('create unique index only_once on tasks (title)')
  assert.equal((await create('hunter2')).status, 201)
  const again = await create('hunter2')
  assert.equal(again.status, 500)
  assert.doesNotMatch(again.body, /hunter2|only_once|duplicate/)
  await world.ask('drop index only_once')
  const raced = await Promise.all(
    Array.from({ length: 8 }, () => create('raced-hunter2', 'key-hunter2')),
  )
  assert.ok(raced.every((answer) => [201, 409, 503].includes(answer.status)))
  assert.match(service.stdout(), /23505/)
  assert.doesNotMatch(service.stdout() + service.stderr(), /hunter2/)
  unharmed()
})

/** All in one packet, so that the service hears of all of them before it can answer the first. */
const pipelined = async (path: string, times: number): Promise<string> => {
  const asked = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`
  const socket = connect(service.port, '127.0.0.1')
  socket.write(`${`${asked}\r\n`.repeat(times - 1)}${asked}Connection: close\r\n\r\n`)
  return text(socket)
}

test('B-6 · liveness sends no SQL, and many deep checks at once are one question', async () => {
  await agreed(200)
  const messages = async (path: string, times: number): Promise<number> => {
    const { spoken } = world.proxy
    const responses = await pipelined(path, times)
    assert.equal(responses.match(/HTTP\/1.1 200 OK/g)?.length, times)
    return world.proxy.spoken - spoken
  }
  // The pool may just be opening a connection, which takes some messages and then is open.
  await until(async () => (await messages('/livez', 20)) === 0)
  const spoken = await messages('/health', 20)
  assert.ok(spoken < 20, `${spoken} messages for 20 checks`)
})

for (const fault of ['refuse', 'reset', 'hang_up', 'black_hole'] as const)
  test(`A-15 · health says what a request would meet, soon after the fault and after its end: ${fault}`, async () => {
    await agreed(200)
    await world.proxy.become(fault)
    world.proxy.cut()
    await until(async () => (await status(TASKS)) === 503)
    assert.equal(await status('/health'), 503)
    assert.equal(await status('/livez'), 200)
    const answer = problem(await list())
    assert.deepEqual({ ...answer, code: '' }, { status: 503, code: '', retryAfter: '1' })
    await world.proxy.become('pass')
    await recovered()
    unharmed()
  })

test('A-10 · a write whose answer is lost is an unknown outcome, and with its key it happens once', async () => {
  await agreed(200)
  await create('warm', 'warm')
  await world.proxy.become('black_hole')
  const [plain, keyed] = await Promise.all([create('plain'), create('keyed', 'a-10')])
  assert.deepEqual(problem(plain), { status: 503, code: 'outcome_unknown', retryAfter: '1' })
  // Repeated for its key, until there was no connection left to repeat it on.
  const { status, code } = problem(keyed)
  assert.equal(status, 503)
  assert.match(String(code), /^(outcome_unknown|database_unavailable|overloaded)$/)
  await world.proxy.become('pass')
  await agreed(200)
  const again = await create('keyed', 'a-10')
  assert.equal(again.status, 201)
  const [row] = await world.ask(`select count(*)::int as n from tasks where title = 'keyed'`)
  assert.equal(row?.n, 1)
  unharmed()
})

/** Many requests meet the fault, and then none does. */
const toldOnce = async (strike: () => Promise<unknown>, mend: () => Promise<unknown>) => {
  await agreed(200)
  const before = linesOnDatabase().length
  await strike()
  // A connection that died just now may still be taken for a living one, once.
  await until(async () => problem(await create('hunter2')).code === 'database_unavailable')
  for (let n = 0; n < 8; n += 1) {
    const answer = problem(await create('hunter2'))
    assert.deepEqual(answer, { status: 503, code: 'database_unavailable', retryAfter: '1' })
  }
  await mend()
  await recovered()
  await pause(1_100)
  assert.equal((await create('well')).status, 201)
  const lines = () => linesOnDatabase().slice(before)
  await until(() => lines().length >= 2)
  assert.equal(lines().length, 2, JSON.stringify(lines()))
  assert.doesNotMatch(service.stdout() + service.stderr(), /hunter2|could not extend/)
  unharmed()
  return lines()[0]
}

for (const [what, code, change, back] of [
  [
    'a missing table',
    '42P01',
    'alter table tasks rename to elsewhere',
    'alter table elsewhere rename to tasks',
  ],
  [
    'a full disk',
    '53100',
    `create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = '53100'; end $$;
      create trigger full_disk before insert on tasks execute function full_disk()`,
    'drop trigger full_disk on tasks',
  ],
] as const)
  test(`bad input · ${what} is 503, told in one line however many requests meet it, and over when it is mended`, async () => {
    const line = await toldOnce(
      () => world.ask(change),
      () => world.ask(back),
    )
    assert.equal(line?.code, code)
  })

test('bad input · a wrong password is 503, told in one line however many requests meet it, and over when it is mended', async () => {
  const refusal = 'password authentication failed for user "hunter2"'
  const line = await toldOnce(
    async () => {
      world.proxy.answer([errorResponse('FATAL', '28P01', refusal)])
      await world.terminate()
    },
    async () => world.proxy.answer(undefined),
  )
  assert.deepEqual(
    [line?.message, line?.code, line?.kind, line?.remedy],
    [
      'the database cannot serve',
      '28P01',
      'permanent',
      'correct user and password in DATABASE_URL',
    ],
  )
})

test('B-3 · migrate refuses a pooler and a missing URL', async () => {
  const refusal = async (env: NodeJS.ProcessEnv) => {
    const place = { cwd: built.directory, env: { APP_ENV: 'production', ...env } }
    const migration = program([process.execPath, 'dist/migrate.js'], place)
    assert.notEqual(await migration.ended(), 0)
    return migration.stdout()
  }
  assert.match(await refusal({}), /DATABASE_URL_UNPOOLED/)
  const pooled = 'postgres://u:p@ep-x-pooler.eu-central-1.aws.neon.tech/d'
  assert.match(await refusal({ DATABASE_URL_UNPOOLED: pooled }), /pooler/)
})

test('B-7 · a pool that leaves the database no room is told about at the start', async () => {
  const greedy = await ready(server.url, { DATABASE_POOL_MAX: '500' })
  try {
    assert.ok(
      logOf(greedy).some(({ message }) =>
        /^DATABASE_POOL_MAX leaves no room/.test(String(message)),
      ),
    )
  } finally {
    await greedy.kill()
  }
})

test('A-13 · SIGTERM ends the process in good order while the database is in a black hole', async () => {
  const short = await ready(world.url, { SHUTDOWN_TIMEOUT_MS: '3000' })
  await send(TASKS, {}, short)
  await world.proxy.become('black_hole')
  const lost = send(TASKS, {}, short).catch(() => undefined)
  await pause(100)
  short.signal('SIGTERM')
  // 1 is the code of one whose time was over.
  assert.equal(await short.ended(), 0)
  await lost
  await world.proxy.become('pass')
})
