import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { telemetrySettings } from './settings.ts'

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const read = (env: Record<string, string>) => {
  const lines: string[] = []
  const left = { ...env }
  const settings = telemetrySettings(left, (line) => lines.push(line))
  return { settings, lines, left }
}
const given = (env: Record<string, string>) => read({ [ENDPOINT]: 'http://collector:4318', ...env })

describe('the variables of OpenTelemetry', () => {
  it('switch it on by an endpoint alone', () => {
    assert.equal(read({}).settings, undefined)
    assert.equal(read({ [ENDPOINT]: '' }).settings, undefined)
    assert.deepEqual(given({}).settings, {
      ...{ share: 1, parentBased: true, metrics: true },
      ...{ metricIntervalMs: 60_000, spanDelayMs: 5_000 },
    })
    assert.equal(given({ OTEL_SDK_DISABLED: 'true' }).settings, undefined)
  })

  for (const [sampler, share, parentBased] of [
    ['always_on', 1, false],
    ['always_off', 0, false],
    ['traceidratio', 0.1, false],
    ['parentbased_always_off', 0, true],
    ['parentbased_traceidratio', 0.1, true],
  ] as const)
    it(`know the sampler ${sampler}`, () => {
      const { settings, lines } = given({
        OTEL_TRACES_SAMPLER: sampler,
        OTEL_TRACES_SAMPLER_ARG: '0.1',
      })
      assert.deepEqual([settings?.share, settings?.parentBased, lines], [share, parentBased, []])
    })

  for (const [name, value] of [
    [ENDPOINT, 'http://[::1]:4318'],
    [ENDPOINT, 'HTTPS://who:secret@collector/otlp'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'https://collector/v1/traces?key=a'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'Authorization=Basic%20YTpi==, x-other = a b'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=b, team = ä%2C%3D ,a=twice,empty=,'],
    ['OTEL_SERVICE_NAME', 'Aufgaben für alle'],
    ['OTEL_LOGS_EXPORTER', 'none'],
    ['OTEL_SDK_DISABLED', 'false'],
  ] as const)
    it(`take ${name} as it is: ${value}`, () => {
      const { settings, lines, left } = given({ [name]: ` ${value} ` })
      assert.deepEqual([lines, left[name]], [[], value])
      assert.ok(settings)
    })

  it('take words in any case', () => {
    assert.equal(given({ OTEL_SDK_DISABLED: 'TRUE' }).settings, undefined)
    const words = { OTEL_TRACES_SAMPLER: 'Always_Off', OTEL_EXPORTER_OTLP_COMPRESSION: 'GZip' }
    const { settings, lines, left } = given(words)
    assert.deepEqual([settings?.share, lines], [0, []])
    assert.equal(left.OTEL_EXPORTER_OTLP_COMPRESSION, 'gzip')
  })

  it('send the signals that have an endpoint and are not switched off', () => {
    const sent = ({ settings }: ReturnType<typeof read>) =>
      settings && [settings.share, settings.metrics]
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }
    const none = { OTEL_TRACES_EXPORTER: 'none' }
    assert.deepEqual(sent(read(own)), [1, false])
    assert.deepEqual(sent(given(none)), [0, true])
    assert.equal(sent(read({ ...own, ...none })), undefined)
    assert.deepEqual(sent(given({ OTEL_METRICS_EXPORTER: 'None' })), [1, false])
  })

  for (const value of ['0.1', '7', 'NaN', '-1', '10%'])
    it(`tell of a share that no sampler is there for, and trace all: ${value}`, () => {
      const { settings, lines } = given({ OTEL_TRACES_SAMPLER_ARG: value })
      assert.equal(settings?.share, 1)
      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', /^OTEL_TRACES_SAMPLER_ARG /)
    })

  for (const value of ['7', 'NaN', '-1', '10%', '.5', '1e-1', '0.1.1'])
    it(`tell of a share that is none: ${value}`, () => {
      const sampler = { OTEL_TRACES_SAMPLER: 'traceidratio' }
      const { settings, lines } = given({ ...sampler, OTEL_TRACES_SAMPLER_ARG: value })
      assert.equal(settings?.share, 1)
      assert.deepEqual(
        lines.map((line) => line.split(' ')[0]),
        ['OTEL_TRACES_SAMPLER_ARG'],
      )
    })

  for (const [name, value] of [
    [ENDPOINT, 'canary:4318'],
    [ENDPOINT, '"http://canary:4318"'],
    [ENDPOINT, 'ftp://canary'],
    [ENDPOINT, 'http://canary:99999'],
    [ENDPOINT, 'https://canary/otlp?token=canary'],
    [ENDPOINT, 'https://canary#canary'],
    [ENDPOINT, 'https://canary/v1/traces/'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'ftp://who:canary@host'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key='],
    ['OTEL_EXPORTER_OTLP_HEADERS', '=canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api%0Akey=canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=canary;canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=canary,,x-other=canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', `api-key=${'canary'.repeat(20_000)}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=canary\r\nHost: evil'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=canary%0D%0AHost: evil'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=%canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'Content-Length=3'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=canary,upgrade=h2c'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'canary'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '1e9'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'canary'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/canary'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', import.meta.filename],
    ['OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE', import.meta.filename],
    ['OTEL_EXPORTER_OTLP_CLIENT_KEY', import.meta.filename],
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'canary'],
    ['OTEL_TRACES_EXPORTER', 'canary'],
    ['OTEL_LOGS_EXPORTER', 'canary'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'canary'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=canary'],
    ['OTEL_RESOURCE_ATTRIBUTES', ' =canary'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=canary=canary'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=canary%'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=canary%0Acanary'],
    ['OTEL_RESOURCE_ATTRIBUTES', `a=${'canary'.repeat(50)}`],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=canary,'.repeat(12_000)],
    ['OTEL_SERVICE_NAME', 'canary\ncanary'],
    ['OTEL_SERVICE_NAME', 'canary'.repeat(50)],
    ['OTEL_TRACES_SAMPLER', 'canary'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '0'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '-1'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '60'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '1e9'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '9999999999'],
    ['OTEL_BSP_SCHEDULE_DELAY', '0'],
    ['OTEL_SDK_DISABLED', '1'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_CANARY', 'canary'],
  ] as const)
    it(`tell of a wrong ${name} in one line without its value, and go on: ${JSON.stringify(value.slice(0, 40))}`, () => {
      const { settings, lines, left } = given({ [name]: value })
      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', new RegExp(`^${name} `))
      assert.doesNotMatch(lines[0] ?? '', /canary|evil|\n/)
      assert.ok((lines[0] ?? '').length < 300)
      assert.equal(left[name], undefined)
      assert.equal(settings === undefined, name === ENDPOINT)
    })
})
