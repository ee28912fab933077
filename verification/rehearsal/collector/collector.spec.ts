import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import getPort from 'get-port'
import { collector } from '../../../adapters/telemetry/collector/collector.ts'
import type { ReceivedMetric } from '../../../adapters/telemetry/collector/otlp.ts'
import { deployment } from '../../../bootstrap/system/deployment.ts'
import { request } from '../../../bootstrap/system/http-client.ts'
import { logOf } from '../../../bootstrap/system/program.ts'
import { serviceEnv, serviceProcess } from '../../../bootstrap/system/service-process.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import { samplesOf } from '../alerts/series.ts'
import { certificateAuthority } from '../platform/certificates.ts'
import { conventions } from './conventions.ts'
import { configurationOf, type Otelcol, otelcol, otelcolMissing } from './otelcol.ts'
import { TRACE_ID, walk } from './walk.ts'

const missing = otelcolMissing()
const deployed = missing === undefined ? await deployment() : undefined

const running = async (configuration: (port: number) => string, port?: number) => {
  const one = await otelcol(configuration, port)
  deployed?.undo.push(one.kill)
  return one
}

/** Where the collector sends on what it takes. */
const destination = async () => {
  const received = await collector()
  deployed?.undo.push(received.close)
  return received
}

const observed = async ({ port }: Pick<Otelcol, 'port'>, env: NodeJS.ProcessEnv = {}) => {
  assert.ok(deployed)
  const service = await serviceProcess({
    cwd: deployed.built.directory,
    env: {
      ...serviceEnv(deployed.database.url),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env,
    },
  })
  deployed.undo.push(service.kill)
  await service.wrote('"ready"')
  return service
}

const kindOf = ({ kind, monotonic, unit }: ReceivedMetric) =>
  `${kind === 'sum' ? (monotonic ? 'counter' : 'updowncounter') : kind} ${unit}`

describe('a real collector', { skip: missing ?? false }, () => {
  test('takes the walk by the configuration of the page, and has nothing to complain of', async () => {
    const received = await destination()
    const between = await running((port) => configurationOf(port, received.url))
    const service = await observed(between, {
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb',
      RAILWAY_REPLICA_REGION: 'europe-west4',
    })
    await walk(service.port)

    const { spans, metrics } = received
    await until(() => spans.filter(({ name }) => name === 'GET /api/v1/tasks').length === 20)
    await until(() => spans.some(({ links }) => links.length > 0))
    const traced = spans.filter(({ traceId }) => traceId === TRACE_ID)
    const server = traced.find(({ name }) => name === 'GET /api/v1/tasks/:id')
    const statement = traced.find(({ name }) => name === 'getTask')
    assert.deepEqual(
      [server?.parentSpanId, statement?.parentSpanId],
      ['00f067aa0ba902b7', server?.spanId],
    )
    const { resource = {} } = server ?? {}
    assert.deepEqual(
      [resource['service.name'], resource['cloud.region'], resource.team],
      ['task-ownership-api', 'europe-west4', 'a,b'],
    )
    const ids = new Set(spans.map(({ spanId }) => spanId))
    for (const { links } of spans) for (const { spanId } of links) assert.ok(ids.has(spanId))

    await until(() => metrics.has('task_api.db.shared'))
    await until(() => metrics.has('v8js.memory.heap.used'))
    const ofConventions = [...metrics.values()].filter(({ name }) => !name.startsWith('task_api.'))
    assert.deepEqual(
      ofConventions.map((it) => [it.name, kindOf(it)]),
      ofConventions.map(({ name }) => [name, conventions[name]]),
    )
    const calm = Object.keys(conventions).filter((name) => !name.startsWith('v8js.gc'))
    assert.deepEqual(
      calm.filter((name) => !metrics.has(name)),
      [],
    )
    assert.doesNotMatch(between.stderr(), /\t(warn|error)\t/)
    assert.deepEqual(
      logOf(service).filter(({ signal, message }) => signal ?? /OTEL_/.test(String(message))),
      [],
    )
  })

  test('names series for Prometheus as the rules, the dashboard and their test do', async () => {
    const received = await destination()
    const scraped = await getPort()
    const between = await running((port) =>
      configurationOf(port, received.url)
        .replace('exporters: {', `exporters: { prometheus: { endpoint: '127.0.0.1:${scraped}' },`)
        .replace(/metrics:(.*)\[otlp_http\]/, 'metrics:$1[otlp_http, prometheus]'),
    )
    const service = await observed(between, { OTEL_TRACES_EXPORTER: 'none' })
    await walk(service.port)
    await until(() => received.metrics.has('task_api.db.shared'))
    await until(() => received.metrics.has('v8js.memory.heap.used'))
    await service.kill()
    assert.deepEqual(received.spans, [])

    const { body } = await request(scraped, '/metrics')
    const labels = (text: string) =>
      text
        .split(/,(?=\w+=")/)
        .filter((label) => label !== '' && !/^(otel_scope_|job=|instance=)/.test(label))
        .sort()
        .join()
    const normal = (series: string) =>
      series.replace(/\{(.*)\}$/, (_, text: string) => `{${labels(text)}}`)
    const theirs = new Set(
      body
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => normal(line.slice(0, line.lastIndexOf(' ')))),
    )
    const ours = [...received.metrics.values()].flatMap(samplesOf).map(([name]) => normal(name))
    assert.ok(ours.length > 100)
    assert.deepEqual(
      ours.filter((series) => !theirs.has(series)),
      [],
    )
  })

  test('may be killed or stopped and come back: a line each for it, and no request is worse off', async () => {
    const received = await destination()
    const configuration = (port: number) => configurationOf(port, received.url)
    const first = await running(configuration)
    const service = await observed(first, { OTEL_EXPORTER_OTLP_TIMEOUT: '1000' })
    const lines = () =>
      logOf(service)
        .filter(({ signal }) => signal !== undefined)
        .map(({ signal, code }) => `${signal} ${code ?? 'back'}`)
    const served = async (count: number) => {
      await until(
        async () => {
          assert.equal((await request(service.port, '/livez')).status, 200)
          return lines().length >= count
        },
        () => service.stdout(),
      )
      return lines()
        .slice(count - 2)
        .sort()
    }
    await until(() => received.spans.length > 0 && received.metrics.size > 0)
    await first.kill()
    const gone = await served(2)
    assert.deepEqual(
      gone.map((line) => line.replace(/E\w+/, 'error')),
      ['metrics error', 'traces error'],
    )
    const second = await running(configuration, first.port)
    assert.deepEqual(await served(4), ['metrics back', 'traces back'])
    // The kernel still accepts connections for it.
    second.signal('SIGSTOP')
    assert.deepEqual(await served(6), ['metrics ETIMEDOUT', 'traces ETIMEDOUT'])
    second.signal('SIGCONT')
    assert.deepEqual(await served(8), ['metrics back', 'traces back'])
    second.signal('SIGSTOP')
    service.signal('SIGTERM')
    assert.equal(await service.ended(), 0)
  })

  test('is trusted by an authority of one’s own, and only by that', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tasks-collector-'))
    after(() => rmSync(folder, { recursive: true, force: true }))
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const authority = await certificateAuthority()
    const { cert, key } = await authority.issue(['localhost'])
    const tls = `tls: { cert_file: '${file('cert.pem', cert)}', key_file: '${file('key.pem', key)}' }`
    const received = await destination()
    const between = await running((port) =>
      configurationOf(port, received.url).replace(`:${port}'`, `:${port}', ${tls}`),
    )
    const own = { OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${between.port}` }
    const stranger = await observed(between, own)
    await stranger.wrote('does not take what it is sent')
    const [{ code } = {}] = logOf(stranger).filter(({ signal }) => signal !== undefined)
    assert.match(String(code), /CERT|VERIFY/)
    await stranger.kill()
    assert.equal(received.requests.length, 0)

    const ca = file('ca.pem', authority.certificate)
    await observed(between, { ...own, OTEL_EXPORTER_OTLP_CERTIFICATE: ca })
    await until(() => received.spans.length > 0 && received.metrics.size > 0)
  })
})
