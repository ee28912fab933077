import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Meter } from '@opentelemetry/api'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { authTelemetry } from './auth.ts'
import { logTelemetry } from './log-lines.ts'
import { requestTelemetry } from './requests.ts'
import { works } from './spans/work.ts'
import { statementTelemetry } from './statements.ts'

const instrument = { add() {}, record() {}, addCallback() {}, series: () => ({ record() {} }) }

/** The names in Prometheus of all that is measured (opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics). */
const measured = (): Set<string> => {
  const names = new Set<string>()
  const create =
    (method: string) =>
    (name: string, { unit = '' } = {}) => {
      const units: Record<string, string> = { s: '_seconds', By: '_bytes', '1': '_ratio' }
      const base = name.replaceAll('.', '_') + (units[unit] ?? '')
      if (/Histogram/.test(method))
        for (const part of ['_bucket', '_count', '_sum']) names.add(base + part)
      else names.add(/^create(Observable)?Counter$/.test(method) ? `${base}_total` : base)
      return instrument
    }
  const meter = new Proxy({ addBatchObservableCallback() {} } as object, {
    get: (target, method) =>
      String(method).startsWith('create') ? create(String(method)) : Reflect.get(target, method),
  }) as Meter
  const histogram = (name: string, options: { unit: string }) =>
    create('createHistogram')(name, options)
  const parts = { meter, histogram, startSpan: () => undefined, works: works() }
  requestTelemetry(parts)
  statementTelemetry(parts).watch(() => ({ total: 0, idle: 0, pending: 0 }))
  authTelemetry(parts).keySet()
  logTelemetry(meter, () => 0)
  const runtime = new RuntimeNodeInstrumentation({ enabled: false })
  runtime.setMeterProvider({ getMeter: () => meter })
  return names
}

describe('the dashboard and the alerts', () => {
  const known = measured()
  for (const [path, least] of [
    ['observability/dashboard.json', 20],
    ['observability/alerts.yaml', 8],
    ['README.md', 2],
  ] as const)
    it(`name only metrics that there are: ${path}`, () => {
      const text = readFileSync(new URL(path, import.meta.url), 'utf8')
      const named = new Set(
        text.match(/\b(?:http_server|db_client|task_api|nodejs|v8js)_\w+(?=\{|\[|\)| [><]|")/g),
      )
      const labels = /^(db_client_connection_state|task_api_claim)$/
      assert.ok(named.size >= least, `${named.size} are named`)
      assert.deepEqual(
        [...named].filter((name) => !known.has(name) && !labels.test(name)),
        [],
      )
    })

  it('are files that their programs can read', () => {
    const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
    assert.ok(JSON.parse(read('observability/dashboard.json')).panels.length > 10)
    const rules = read('observability/alerts.yaml').split('- alert: ').slice(1)
    for (const rule of rules)
      for (const part of ['expr: ', 'severity: ', 'summary: ']) assert.ok(rule.includes(part), rule)
  })
})
