import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { stringify } from 'yaml'
import type { ReceivedMetric } from '../../../adapters/telemetry/collector/otlp.ts'
import { faults } from './faults.ts'
import { isExact, matrixOf } from './matrix.ts'
import { alertsFired, alertsIn, complaintsAbout, promtoolMissing, rules } from './promtool.ts'
import { isStarved, recording, samplesOf } from './series.ts'

const folder = mkdtempSync(join(tmpdir(), 'tasks-alerts-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const metric = (name: string, kind: 'sum' | 'gauge', value: number): ReceivedMetric => ({
  ...{ name, unit: kind === 'gauge' ? '1' : '{line}', kind, monotonic: kind === 'sum' },
  ...{ points: [{ attributes: {}, value }], resource: {} },
})
const lines = (value: number) => metric('task_api.log.dropped_lines', 'sum', value)

describe('the faults that alerts are tried at', () => {
  test('are one for each alert at least, and one in which nothing happens', () => {
    const outcomes = new Set(faults.flatMap(({ alert = [] }) => alert))
    assert.deepEqual([...outcomes].sort(), alertsIn(rules).sort())
    assert.ok(faults.some(({ alert }) => alert === undefined))
    assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length)
  })

  test('have held where the alert of the fault fired and no other', () => {
    const fault = { name: 'a fault', alert: 'TasksSlow' }
    const outcomes = [['TasksSlow'], [], ['TasksSilent', 'TasksSlow']]
    assert.deepEqual(
      outcomes.map((fired) => isExact({ fault, fired })),
      [true, false, false],
    )
    assert.equal(isExact({ fault: { name: 'nothing' }, fired: [] }), true)
    assert.equal(isExact({ fault: { name: 'nothing' }, fired: ['TasksSlow'] }), false)
    const [, row = ''] = matrixOf(['TasksSlow', 'TasksSilent'], [{ fault, fired: ['TasksSilent'] }])
    assert.deepEqual(row.trim().split(/ {2,}/), ['a fault', 'MISSING', 'WRONG'])
  })

  test('read series as Prometheus names them', () => {
    const buckets = { bounds: [0.5, 1_048_576], counts: [3, 2, 1] }
    const point = { attributes: { 'http.route': '/a' }, value: 6, sum: 4, buckets }
    assert.deepEqual(
      samplesOf({
        ...{ name: 'a.duration', unit: 's', kind: 'histogram', monotonic: false, resource: {} },
        points: [point],
      }),
      [
        ['a_duration_seconds_bucket{http_route="/a",le="0.5"}', 3],
        ['a_duration_seconds_bucket{http_route="/a",le="1.048576e+06"}', 5],
        ['a_duration_seconds_bucket{http_route="/a",le="+Inf"}', 6],
        ['a_duration_seconds_count{http_route="/a"}', 6],
        ['a_duration_seconds_sum{http_route="/a"}', 4],
      ],
    )
    assert.deepEqual(samplesOf(lines(7)), [['task_api_log_dropped_lines_total{}', 7]])
  })

  test('are not judged where something else took the processor most of the time', () => {
    const told = (...delays: number[]) => {
      const { series, add } = recording()
      for (const value of delays)
        add([{ ...metric('nodejs.eventloop.delay.mean', 'gauge', value), unit: 's' }])
      return isStarved(series)
    }
    assert.deepEqual(
      [told(), told(0.3, 0.02, 0.02, 0.3, 0.03), told(0.02, 0.06, 0.08)],
      [false, false, true],
    )
  })

  const missing = promtoolMissing()
  test('are read by Prometheus, as are the dashboard and the objectives', {
    skip: missing ?? false,
  }, () => {
    const read = (path: string) => readFileSync(join(dirname(rules), path), 'utf8')
    const { panels } = JSON.parse(read('dashboard.json')) as {
      panels: { targets?: { expr: string }[] }[]
    }
    const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    const objectives = [...read('../README.md').matchAll(/`([^`]*\[30d\][^`]*)`/g)]
    const queries = [...shown, ...objectives.map(([, query = '']) => query)]
    assert.ok(queries.length > 25, `${queries.length} queries`)
    const all = join(folder, 'queries.yaml')
    const recorded = queries.map((expr, n) => ({
      record: `query:${n}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }))
    writeFileSync(all, stringify({ groups: [{ name: 'queries', rules: recorded }] }))
    assert.deepEqual([rules, all].map(complaintsAbout), ['', ''])
    writeFileSync(
      all,
      stringify({ groups: [{ name: 'a', rules: [{ record: 'a', expr: 'sum(' }] }] }),
    )
    assert.match(complaintsAbout(all), /parse/)
  })

  test('are judged by Prometheus’ own evaluation', { skip: missing ?? false }, () => {
    const { series, add, ticks } = recording()
    for (const value of [0, 0, 0, 5, 9])
      add([lines(value), metric('nodejs.eventloop.utilization', 'gauge', 0.1)])
    const file = join(folder, 'lines.test.yaml')
    assert.deepEqual(alertsFired(rules, series, ticks(), file), ['TasksLogDropped'])
    assert.deepEqual(alertsFired(rules, series, 20, file), ['TasksLogDropped', 'TasksSilent'])
  })
})
