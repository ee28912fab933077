import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { emptyResource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { startTelemetry } from '../start.ts'
import { spans } from './spans.ts'

const CALLER = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
}

/** What makes spans, and those that are over. */
const recording = (isTaken = () => true) => {
  const ended: ReadableSpan[] = []
  const parts = { resource: emptyResource(), scope: 'test', isTaken }
  const startSpan = spans({ ...parts, onEnd: (span) => ended.push(span) })
  return { startSpan, ended }
}

describe('a span', () => {
  it('is made of what is taken, and of nothing else', () => {
    const { startSpan, ended } = recording(() => false)
    assert.equal(startSpan({ name: 'GET', kind: SpanKind.SERVER, parent: CALLER }), undefined)
    assert.deepEqual(ended, [])
  })

  it('belongs to the trace of its caller, or begins one', () => {
    const { startSpan, ended } = recording()
    for (const parent of [CALLER, undefined])
      startSpan({ name: 'GET', kind: SpanKind.SERVER, parent })?.end()
    const [called, own] = ended.map((span) => span.spanContext())
    assert.equal(called?.traceId, CALLER.traceId)
    assert.match(own?.traceId ?? '', /^[0-9a-f]{32}$/)
    assert.notEqual(own?.traceId, CALLER.traceId)
    for (const { spanId = '', traceFlags } of [called ?? CALLER, own ?? CALLER]) {
      assert.match(spanId, /^[0-9a-f]{16}$/)
      assert.notEqual(spanId, CALLER.spanId)
      assert.equal(traceFlags, TraceFlags.SAMPLED)
    }
    assert.deepEqual(
      ended.map((span) => span.parentSpanContext),
      [CALLER, undefined],
    )
  })

  it('lasts from its beginning to its end, and ends as it is told', () => {
    const { startSpan, ended } = recording()
    const before = Date.now()
    const begun = performance.now() - 1_500
    const attributes = { 'http.route': '/a' }
    const span = startSpan({ name: 'GET', kind: SpanKind.SERVER, begun })
    span?.end({ name: 'GET /a', attributes, failed: true })
    const [told] = ended
    assert.equal(told?.name, 'GET /a')
    assert.equal(told?.attributes, attributes)
    assert.deepEqual(told?.status, { code: SpanStatusCode.ERROR })
    const seconds = ([whole, nanos]: readonly [number, number]) => whole + nanos / 1e9
    assert.ok(told && seconds(told.startTime) * 1_000 >= before)
    const lasted = seconds(told.endTime) - seconds(told.startTime)
    assert.ok(lasted >= 1.499, `${lasted} s`)
    assert.ok(Math.abs(lasted - seconds(told.duration)) < 1e-6)
  })

  it('has so many links and no more, and counts the others', () => {
    const { startSpan, ended } = recording()
    const span = startSpan({ name: 'GET', kind: SpanKind.SERVER })
    for (let n = 0; n < 130; n += 1) span?.link(CALLER)
    span?.end()
    assert.deepEqual([ended[0]?.links.length, ended[0]?.droppedLinksCount], [128, 2])
  })
})

describe('what is done for something', () => {
  it('is left out with it, however the draw for it would end', async () => {
    const draws = [0.9, 0.1]
    const random = mock.method(Math, 'random', () => draws.shift() ?? 0)
    const { requests, statements, traced, close } = startTelemetry({
      settings: {
        ...{ share: 0.5, parentBased: true, metrics: false },
        ...{ metricIntervalMs: 60_000, spanDelayMs: 60_000 },
      },
      env: {},
      log: { info: () => undefined, warn: () => undefined },
      droppedLines: () => 0,
    })
    await traced('migrate', () => traced('0001-tables.sql', async () => undefined))
    assert.equal(random.mock.callCount(), 1)

    draws.splice(0, 2, 0.9, 0.1)
    const request = requests.begin({ method: 'GET', headers: {} })
    request.run('listTasks', () => {
      const caller = statements.caller()
      const statement = statements.begin(false)
      statement.sent(caller ? [caller] : [])
      statement.end()
    })
    request.end({ route: '/a', status: 200, replayed: false })
    assert.equal(random.mock.callCount(), 2)
    random.mock.restore()
    await close()
  })
})
