import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import * as stable from '@opentelemetry/semantic-conventions'
import * as incubating from '@opentelemetry/semantic-conventions/incubating'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { collector } from '../../adapters/telemetry/collector/collector.ts'
import type { ReceivedPoint, ReceivedSpan } from '../../adapters/telemetry/collector/otlp.ts'
import { deployment } from './deployment.ts'
import { request } from './http-client.ts'
import { sharedSecretToken } from './issuer.ts'
import { logOf, program } from './program.ts'
import { SECRET, serviceEnv, serviceProcess } from './service-process.ts'
import { until } from './wait.ts'

const token = await sharedSecretToken(SECRET, 'ada')
const TASKS = '/api/v1/tasks'

const { built, database, undo } = await deployment()

const serving = async (env: NodeJS.ProcessEnv) => {
  const service = await serviceProcess({
    cwd: built.directory,
    env: { ...serviceEnv(database.url), ...env },
  })
  undo.push(service.kill)
  await service.wrote('"ready"')
  return service
}

/** A service that sends what it observed to a collector, at once. */
const observed = async (env: NodeJS.ProcessEnv = {}) => {
  const received = await collector()
  undo.push(received.close)
  const service = await serving({
    OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    ...env,
  })
  return { received, service, port: service.port }
}

const conventions = Object.entries({ ...stable, ...incubating })
/** The names that the conventions have, of metrics or of attributes. */
const conventional = (prefix: 'METRIC_' | 'ATTR_') =>
  new Set(conventions.filter(([name]) => name.startsWith(prefix)).map(([, value]) => value))
const OURS = /^task_api\./
/** One of so many starts gets a connection in its time. */
const STARTS_MAX = 5

describe('telemetry', () => {
  test('is in files that nothing loads where there is no endpoint', () => {
    const dist = join(built.directory, 'dist')
    const source = (name: string) => readFileSync(join(dist, name), 'utf8')
    const loaded = new Set<string>()
    const load = (name: string) => {
      if (loaded.has(name)) return
      loaded.add(name)
      for (const [, other = ''] of source(name).matchAll(/(?:from|^import) ?"\.\/([^"]+)"/gm))
        load(other)
    }
    for (const name of ['main.js', ...readdirSync(dist).filter((it) => it.startsWith('serve-'))])
      load(name)
    const ofSdk = readdirSync(dist).filter((name) => source(name).includes('OTLPExporterBase'))
    assert.equal(ofSdk.length > 0, true)
    assert.deepEqual(
      ofSdk.filter((name) => loaded.has(name)),
      [],
    )
  })

  test('tells of each request what its log line says, in a span and in metrics', async () => {
    const { received, service, port } = await observed({
      OTEL_SERVICE_NAME: 'tasks',
      RAILWAY_REPLICA_REGION: 'europe-west4',
    })
    const created = await request(port, TASKS, { method: 'POST', token, json: { title: 'a' } })
    assert.equal(created.status, 201)
    await request(port, `${TASKS}/${JSON.parse(created.body).id}`)
    await until(() => received.spans.some(({ name }) => name === 'GET /api/v1/tasks/:id'))

    const post = received.spans.find(({ name }) => name === 'POST /api/v1/tasks')
    assert.equal(post?.kind, 'SPAN_KIND_SERVER')
    assert.deepEqual(post?.attributes, {
      'http.request.method': 'POST',
      'http.response.status_code': 201,
      'http.route': '/api/v1/tasks',
      'url.scheme': 'http',
    })
    assert.equal(post?.resource['service.name'], 'tasks')
    assert.equal(post?.resource['cloud.region'], 'europe-west4')
    await service.wrote('"status":201')
    const line = logOf(service).find(({ status }) => status === 201)
    assert.deepEqual([line?.trace_id, line?.span_id], [post?.traceId, post?.spanId])

    const name = 'http.server.request.duration'
    await until(() => received.metrics.get(name)?.points.length === 2)
    const refused = received.metrics
      .get(name)
      ?.points.find(({ attributes }) => attributes['http.response.status_code'] === 401)
    assert.equal(refused?.attributes['error.type'], 'token_missing')
    assert.equal(refused?.attributes['http.route'], '/api/v1/tasks/:id')

    await request(port, TASKS, { token: await sharedSecretToken(`${SECRET}?`, 'ada') })
    const reasons = () =>
      received.metrics
        .get('task_api.token.refusals')
        ?.points.map(({ attributes, value }) => `${attributes['error.type']} ${value}`) ?? []
    await until(() => reasons().includes('signature 1'))
    assert.ok(reasons().includes('expired 0'))
  })

  test('has the names of the conventions, or its own where they have none', async () => {
    const { received, port } = await observed()
    await request(port, TASKS, { method: 'POST', token, json: { title: 'a' } })
    await until(() => received.metrics.has('http.server.request.duration'))
    await until(() => received.spans.length >= 2)
    const strange = (names: Iterable<string>, known: ReadonlySet<unknown>) =>
      [...new Set(names)].filter((name) => !known.has(name) && !OURS.test(name))
    assert.deepEqual(strange(received.metrics.keys(), conventional('METRIC_')), [])
    const attributes = [
      ...received.spans.map((span) => ({ ...span.resource, ...span.attributes })),
      ...[...received.metrics.values()].flatMap(({ points }) => points.map((it) => it.attributes)),
    ]
    assert.deepEqual(strange(attributes.flatMap(Object.keys), conventional('ATTR_')), [])
  })

  test('shows the statement of a request under it, by the operation and without a value', async () => {
    const { received, service, port } = await observed()
    await request(port, TASKS, { method: 'POST', token, key: 'walk-1', json: { title: 'a' } })
    await request(port, TASKS, { method: 'POST', token, key: 'walk-1', json: { title: 'a' } })
    await request(port, TASKS, { token })
    const spanOf = (name: string) => received.spans.find((span) => span.name === name)
    await until(() => spanOf('GET /api/v1/tasks'))
    for (const [statement, under] of [
      ['createTask', 'POST /api/v1/tasks'],
      ['listTasks', 'GET /api/v1/tasks'],
    ] as const) {
      const { kind, attributes, parentSpanId } = (await until(
        () => spanOf(statement),
        () => `${statement} in ${received.spans.map(({ name }) => name)} ${service.stdout()}`,
      )) as ReceivedSpan
      assert.equal(kind, 'SPAN_KIND_CLIENT')
      const told = { 'db.system.name': 'postgresql', 'db.operation.name': statement }
      assert.deepEqual(attributes, told)
      const parents = received.spans.filter(({ name }) => name === under)
      assert.ok(parents.some(({ spanId }) => spanId === parentSpanId))
    }
    const metric = async (name: string, is: (points: ReceivedPoint[]) => boolean) => {
      const points = () => received.metrics.get(name)?.points ?? []
      await until(
        () => is(points()),
        () => `${name}: ${JSON.stringify(points())}`,
      )
    }
    await metric('task_api.idempotency.replays', ([point]) => point?.value === 1)
    await metric('db.client.operation.duration', (points) =>
      points.some((it) => it.value === 2 && it.attributes['db.operation.name'] === 'createTask'),
    )
    await metric('db.client.connection.count', (points) => points.some(({ value }) => value > 0))
    for (const name of [
      'db.client.connection.wait_time',
      'nodejs.eventloop.utilization',
      'v8js.memory.heap.used',
    ])
      await metric(name, (points) => points.length > 0)
    for (const name of ['db.client.connection.pending_requests', 'task_api.log.dropped_lines'])
      await metric(name, ([point]) => point?.value === 0)
  })

  test('follows the fetch of the key set to the auth server, and tells how old the keys are', async () => {
    const asked: IncomingHttpHeaders[] = []
    const server = createServer(({ headers }, response) => {
      asked.push(headers)
      response.statusCode = asked.length > 1 ? 500 : 200
      response.end('{"keys":[]}')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    undo.push(() => server.close())
    const { port: authPort } = server.address() as AddressInfo
    const { received } = await observed({
      BETTER_AUTH_SECRET: '',
      AUTH_JWKS_URL: `http://127.0.0.1:${authPort}/jwks`,
    })
    const span = (await until(() =>
      received.spans.find(({ name }) => name === 'GET key set'),
    )) as ReceivedSpan
    const [first] = asked
    assert.equal(first?.traceparent, `00-${span.traceId}-${span.spanId}-01`)
    assert.equal(first?.tracestate, undefined)
    assert.equal(span.attributes['http.response.status_code'], 200)
    const age = () => received.metrics.get('task_api.key_set.age')?.points[0]?.value
    await until(() => (age() ?? 0) > 0)
    assert.equal(received.metrics.get('task_api.key_set.fetches')?.points[0]?.value, 1)
  })

  test('makes a trace of a migration, file by file, and of the start', async () => {
    const received = await collector()
    undo.push(received.close)
    const fresh = await throwawayServer()
    undo.push(fresh.drop)
    const env = {
      APP_ENV: 'test',
      DATABASE_URL: fresh.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
    }
    const migration = program([process.execPath, 'dist/migrate.js'], { cwd: built.directory, env })
    undo.push(migration.kill)
    assert.equal(await migration.ended(), 0, migration.stdout())
    const root = received.spans.find(({ name }) => name === 'migrate')
    const files = received.spans.filter(({ name }) => /^\d{4}-.*\.sql$/.test(name))
    assert.ok(files.length >= 2)
    for (const { parentSpanId } of files) assert.equal(parentSpanId, root?.spanId)

    // A start on a machine that is starved is over before it has a connection to ask.
    let asked = false
    for (let starts = 0; starts < STARTS_MAX && !asked; starts += 1) {
      const { received: started } = await observed()
      const isRoot = ({ name, parentSpanId }: ReceivedSpan) => name === 'start' && !parentSpanId
      const start = await until(() => started.spans.find(isRoot))
      asked = started.spans.some(({ parentSpanId }) => parentSpanId === start?.spanId)
    }
    assert.ok(asked, 'the first statement is part of the start')
  })

  test('makes a trace of a start that fails too', async () => {
    const received = await collector()
    undo.push(received.close)
    const service = await serviceProcess({
      cwd: built.directory,
      env: {
        ...serviceEnv(`${database.url}-that-is-not-there`),
        OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
      },
    })
    undo.push(service.kill)
    assert.equal(await service.ended(), 1)
    const failed = received.spans.filter((span) => span.failed).map(({ name }) => name)
    assert.deepEqual(failed, ['start'])
  })

  test('tells no value of a caller or of the database, over 10,000 spans', async () => {
    const canary = `canary${randomUUID()}`
    const owner = await sharedSecretToken(SECRET, canary)
    const { received, service, port } = await observed({ RATE_LIMIT_PER_MINUTE: '1000000' })
    const agent = new Agent({ keepAlive: true })
    undo.push(() => agent.destroy())
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const hostile: Record<string, string>[] = [
      { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: `a=${canary}` },
      { traceparent: `00-${canary}-00f067aa0ba902b7-01` },
      { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, tracestate: canary.repeat(230) },
      { traceparent: canary, baggage: `secret=${canary}` },
      { 'X-Forwarded-For': canary, 'X-Real-IP': canary, 'User-Agent': canary },
      { Origin: `https://${canary}.example` },
      { Cookie: `session=${canary}`, Referer: `https://${canary}/`, 'X-Request-Id': `${canary}!` },
      { Host: canary, Accept: canary, 'If-Match': `"${canary}"`, 'If-None-Match': `"${canary}"` },
    ]
    const ids = new Set<string>()
    const ask = async (n: number) => {
      const headers = hostile[n % hostile.length] ?? {}
      const options = { token: n % 7 ? owner : canary, headers, agent }
      const json = { title: canary, tags: [canary] }
      const key = `${canary}-${n}`
      const { body } = await request(port, TASKS, { ...options, method: 'POST', key, json })
      const { id = canary } = JSON.parse(body)
      ids.add(id)
      await request(port, `${TASKS}/${id}?search=${canary}`, options)
      await request(port, `${TASKS}?search=${canary}&tag=${canary}`, options)
      await request(port, `/${canary}`, options)
      const strange = { title: canary, [canary]: canary }
      await request(port, `${TASKS}/${id}`, { ...options, method: 'PATCH', json: strange })
      const broken = {
        body: `{"title":"${canary}`,
        headers: { ...headers, 'Content-Type': canary },
      }
      await request(port, TASKS, { ...options, method: 'POST', ...broken })
    }
    for (let n = 0; received.spans.length < 10_000; n += 20)
      await Promise.all(Array.from({ length: 20 }, (_, more) => ask(n + more)))
    await until(() => received.metrics.has('task_api.db.shared'))

    assert.ok(received.spans.some((span) => span.traceId === traceId))
    assert.ok(received.spans.some(({ links }) => links.length > 0))
    const spanIds = new Set(received.spans.map(({ spanId }) => spanId))
    const linked = received.spans.flatMap(({ links }) => links)
    assert.ok(linked.filter(({ spanId }) => spanIds.has(spanId)).length > linked.length / 2)
    const told = JSON.stringify([received.spans, [...received.metrics.values()]]) + service.stdout()
    ids.delete(canary)
    assert.ok(ids.size > 100)
    for (const value of [canary, owner.split('.')[2] ?? '', '127.0.0.1', ...ids])
      assert.ok(!told.includes(value), `${value} is told`)
    for (const { name, points } of received.metrics.values())
      assert.ok(points.length < 100, `${name} has ${points.length} series`)
  })

  test('lets no endpoint hold a request, and tells once when it fails and when it is back', async () => {
    const { received, service, port } = await observed({ OTEL_EXPORTER_OTLP_TIMEOUT: '300' })
    const lines = (text: string) =>
      logOf(service).filter(({ message }) => String(message).includes(text))
    const [failing, back] = [
      'does not take what it is sent',
      'takes what it is sent again',
    ] as const
    for (const mood of [429, 503, 'silent'] as const) {
      received.setMood(mood)
      const [failed, restored] = [lines(failing).length, lines(back).length]
      await until(async () => {
        assert.equal((await request(port, TASKS, { token })).status, 200)
        return lines(failing).length === failed + 2
      })
      received.setMood(200)
      await until(async () => {
        assert.equal((await request(port, TASKS, { token })).status, 200)
        return lines(back).length === restored + 2
      })
    }
    assert.deepEqual([lines(failing).length, lines(back).length], [6, 6])
    received.setMood('silent')
    service.signal('SIGTERM')
    assert.equal(await service.ended(), 0)
  })

  test('starts with wrong values and an endpoint that nobody is at, and says so in a line each', async () => {
    const service = await serving({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_HEADERS: 'key=a%0D%0Ab',
      OTEL_TRACES_SAMPLER: 'mine',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    })
    assert.equal((await request(service.port, TASKS, { token })).status, 200)
    await service.wrote('does not take what it is sent')
    const told = logOf(service).map(({ message }) => String(message))
    for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_TRACES_SAMPLER'])
      assert.equal(told.filter((message) => message.startsWith(`${name} `)).length, 1)
    service.signal('SIGTERM')
    assert.equal(await service.ended(), 0)
  })

  test('sends what is left before the process ends', async () => {
    const { received, service, port } = await observed({
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    })
    await request(port, '/livez')
    service.signal('SIGTERM')
    assert.equal(await service.ended(), 0)
    assert.ok(received.spans.some(({ name }) => name === 'GET /livez'))
    assert.ok(received.spans.some(({ name }) => name === 'start'))
    assert.equal(received.metrics.get('http.server.request.duration')?.points[0]?.value, 1)
  })
})
