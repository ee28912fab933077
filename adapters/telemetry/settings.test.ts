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
      ...{ share: 1, parentBased: true },
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
    [ENDPOINT, 'canary:4318'],
    [ENDPOINT, '"http://canary:4318"'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=canary\r\nHost: evil'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=canary%0D%0AHost: evil'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=%canary'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'canary'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/canary'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'canary'],
    ['OTEL_TRACES_SAMPLER', 'canary'],
    ['OTEL_TRACES_SAMPLER_ARG', '7'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '0'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_CANARY', 'canary'],
  ] as const)
    it(`tell of a wrong ${name} in one line without its value, and go on: ${JSON.stringify(value)}`, () => {
      const { settings, lines, left } = given({ [name]: value })
      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', new RegExp(`^${name} `))
      assert.doesNotMatch(lines[0] ?? '', /canary|evil|\n/)
      assert.equal(left[name], undefined)
      assert.equal(settings === undefined, name === ENDPOINT)
    })
})
