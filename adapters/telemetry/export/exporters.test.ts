import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { until } from '../../../bootstrap/system/wait.ts'
import { type Collector, collector, type Mood } from '../collector/collector.ts'
import { telemetryOf } from '../telemetry.ts'
import { deadlineAgent } from './deadline.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

type Line = Record<string, unknown> & { message: string }

/** What observes, with variables of its own, sending at once; and the lines that it logged. */
const observing = async (given: Record<string, string>) => {
  const env = { OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_METRIC_EXPORT_INTERVAL: '60000', ...given }
  Object.assign(process.env, env)
  const lines: Line[] = []
  const log = (fields: object, message: string) => void lines.push({ ...fields, message })
  const telemetry = await telemetryOf(process.env, { info: log, warn: log })
  assert.ok(telemetry)
  undo.push(async () => {
    for (const name of Object.keys(env)) delete process.env[name]
    await telemetry.close()
  })
  return {
    lines,
    telemetry,
    /** one more span */
    span: () => telemetry.requests.begin({ method: 'GET', headers: {} }).end(ANSWER),
  }
}
const ANSWER = { route: '/a', status: 200, replayed: false }

const receiver = async (): Promise<Collector> => {
  const received = await collector()
  undo.push(received.close)
  return received
}

describe('an endpoint', () => {
  for (const [mood, code, timeoutMs = 60_000] of [
    [500, 'HTTP_500'],
    ['later, in an hour', 'TRY_LATER'],
    ['moved elsewhere', 'HTTP_302'],
    ['silent', 'ETIMEDOUT', 300],
    ['byte by byte', 'ETIMEDOUT', 300],
    ['no end', 'NO_ANSWER'],
    ['cut short', 'ECONNRESET', 300],
    ['a website', 'NOT_OTLP'],
    ['a website in words', 'NOT_OTLP'],
    ['a part of it', 'PARTIAL_SUCCESS'],
  ] as const satisfies (readonly [Mood, string, number?])[])
    it(`that answers ${mood} is told of once as ${code}, and once when it is well again`, async () => {
      const received = await receiver()
      const { lines, span } = await observing({
        OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: String(timeoutMs),
      })
      received.setMood(mood)
      span()
      await until(() => lines.length === 1)
      received.setMood(200)
      await until(() => {
        span()
        return lines.length === 2
      })
      assert.deepEqual(
        lines.map((it) => [it.signal, it.code]),
        [
          ['traces', code],
          ['traces', undefined],
        ],
      )
      assert.doesNotMatch(JSON.stringify(lines), /canary/)
    })

  it('that breaks off its answer is sent the same again, and not told of where it takes that', async () => {
    const received = await receiver()
    received.setMood('cut short')
    const { lines, span } = await observing({ OTEL_EXPORTER_OTLP_ENDPOINT: received.url })
    span()
    await until(() => received.requests[0]?.complete)
    received.setMood(200)
    await until(() => received.spans.length === 1)
    assert.equal(received.requests.length, 2)
    assert.deepEqual(lines, [])
  })

  it('that is silent has so many spans wait for it and no more, and one request', async () => {
    const received = await receiver()
    received.setMood('silent')
    const { lines, span, telemetry } = await observing({
      OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_METRICS_EXPORTER: 'none',
    })
    for (let n = 0; n < 10_000; n += 1) span()
    await until(() => received.requests[0]?.complete)
    assert.equal(received.requests.length, 1)
    await until(() => lines.length === 1)
    received.setMood(200)
    telemetry.requests.begin({ method: 'PUT', headers: {} }).end(ANSWER)
    await until(() => received.spans.some(({ name }) => name === 'PUT /a'))
    const waited = received.spans.length - 1
    assert.ok(waited <= 2_048, `${waited} waited`)
  })

  it('that takes all with a warning is not told of', async () => {
    const received = await receiver()
    received.setMood('all of it, with a warning')
    const { lines, span, telemetry } = await observing({
      OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
    })
    span()
    await telemetry.close()
    assert.ok(received.requests.length > 0)
    assert.deepEqual(lines, [])
  })

  it('is asked by the variables of each signal: path, headers, password, compression', async () => {
    const received = await receiver()
    const base = received.url.replace('//', '//who:p%40ss@')
    const { lines, span, telemetry } = await observing({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${base}/otlp/`,
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${received.url}/own/v1/metrics?a=b`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-a=one%2C%20two%3B, x-b = b==',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-b=metrics',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'GZIP',
    })
    span()
    await telemetry.close()
    const told = Object.fromEntries(
      received.requests.map(({ url = '', headers }) => [
        url,
        [headers['x-a'], headers['x-b'], headers['content-encoding'], headers.authorization],
      ]),
    )
    assert.deepEqual(told, {
      '/otlp/v1/traces': ['one, two;', 'b==', 'gzip', `Basic ${btoa('who:p@ss')}`],
      '/own/v1/metrics?a=b': ['one, two;', 'metrics', undefined, undefined],
    })
    assert.equal(received.spans.length, 1)
    assert.deepEqual(lines, [])
  })

  it('of one signal is sent that signal alone', async () => {
    const received = await receiver()
    const { span, telemetry } = await observing({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${received.url}/v1/metrics`,
    })
    span()
    await telemetry.close()
    assert.deepEqual([...new Set(received.requests.map(({ url }) => url))], ['/v1/metrics'])
    assert.equal(received.metrics.get('http.server.request.duration')?.points[0]?.value, 1)
  })
})

describe('a request to an endpoint', () => {
  const failure = async (options: object) => {
    const agent = deadlineAgent('http:', { deadlineMs: 50 })
    undo.push(() => agent.destroy())
    const [error] = await once(request({ host: 'collector', agent, ...options }).end(), 'error')
    return error.code
  }

  it('ends in time where its name is looked up for ever', async () => {
    assert.equal(await failure({ lookup: () => undefined }), 'ETIMEDOUT')
  })

  it('keeps its connection for the next, each with the whole time', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections += 1
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    undo.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const agent = deadlineAgent('http:', { deadlineMs: 60_000 })
    undo.push(() => agent.destroy())
    for (let n = 0; n < 2; n += 1) {
      const [response] = await once(request({ port, host: '127.0.0.1', agent }).end(), 'response')
      const freed = once(agent, 'free')
      response.resume()
      await freed
    }
    assert.equal(connections, 1)
  })
})
