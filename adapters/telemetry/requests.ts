import {
  type Attributes,
  INVALID_TRACEID,
  type Meter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { MakeHistogram, Series } from './histograms.ts'
import { known } from './known.ts'
import type { StartSpan } from './sampler.ts'
import type { Work, Works } from './work.ts'

export interface Instruments {
  tracer: StartSpan
  meter: Meter
  histogram: MakeHistogram
  works: Works
}

/** How a request ended. */
interface Answer {
  /** as declared; absent where none was found */
  route?: string | undefined
  /** absent where the client was gone before */
  status?: number | undefined
  /** in bytes, where they are known */
  requestSize?: number | undefined
  responseSize?: number | undefined
  /** whether it is the recorded answer of an earlier request */
  replayed: boolean
}

/** The boundaries that the conventions advise, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const BYTES = [0, 128, 512, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]
/** About 20 routes have as many answers each; what comes beyond counts together. */
const KINDS_MAX = 1_000
/** RFC 9110 §9 and RFC 5789; under the conventions all else is `_OTHER`. */
const METHODS = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH'],
  ...['DELETE', 'OPTIONS', 'CONNECT', 'TRACE'],
])

/** A span and the metrics of each request. No value of a request is in them but its method, where that is a known one. */
export const requestTelemetry = ({ tracer, meter, histogram, works }: Instruments) => {
  const duration = histogram('http.server.request.duration', {
    unit: 's',
    description: 'Duration of HTTP server requests.',
    boundaries: SECONDS,
  })
  const sizes = (name: string, description: string) =>
    histogram(name, { unit: 'By', description, boundaries: BYTES })
  const requestSize = sizes('http.server.request.body.size', 'Size of HTTP server request bodies.')
  const responseSize = sizes(
    'http.server.response.body.size',
    'Size of HTTP server response bodies.',
  )
  /** One for all answers that are alike: there are as many as routes have kinds of answers. */
  const kindOf = known((...told: Told): Kind => {
    kinds += 1
    return kinds < KINDS_MAX ? newKind(described(...told)) : beyond()
  })
  let kinds = 0
  const beyond = known(() => newKind({ 'otel.metric.overflow': true }))
  const newKind = (attributes: Attributes): Kind => ({
    attributes,
    duration: duration.series(attributes),
    requestSize: requestSize.series(attributes),
    responseSize: responseSize.series(attributes),
  })

  const replays = meter.createCounter('task_api.idempotency.replays', {
    unit: '{request}',
    description: 'Requests that got the recorded answer of an earlier one with the same key.',
  })
  const active = new Map<string, number>()
  const addActive = (method: string, change: 1 | -1) =>
    active.set(method, (active.get(method) ?? 0) + change)
  meter
    .createObservableUpDownCounter('http.server.active_requests', {
      unit: '{request}',
      description: 'Number of active HTTP server requests.',
    })
    .addCallback((result) => {
      for (const [method, count] of active) result.observe(count, sent(method))
    })

  return {
    /** @param request its method, and its headers by lower-case name */
    begin: (request: {
      method?: string | undefined
      headers: Readonly<Record<string, string | string[] | undefined>>
    }) => {
      const begun = performance.now()
      const { method: told = '' } = request
      const method = METHODS.has(told) ? told : '_OTHER'
      const parent = parentOf(request.headers.traceparent)
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent)
      let code: string | undefined
      addActive(method, 1)

      return {
        logged: loggedOf(span),
        run: <T>(name: string, beginning: () => T): T => {
          // Nothing is begun under a span that is not recorded.
          const context = span.isRecording() ? trace.setSpan(parent, span) : parent
          const work: Work = { name, span, context }
          return works.begin(work, beginning)
        },
        failed: (problem: string) => {
          code = problem
        },
        end: ({ route, status, replayed, ...answer }: Answer) => {
          addActive(method, -1)
          const kind = kindOf(method, route, status, code)
          kind.duration.record((performance.now() - begun) / 1_000)
          if (answer.requestSize !== undefined) kind.requestSize.record(answer.requestSize)
          if (answer.responseSize !== undefined) kind.responseSize.record(answer.responseSize)
          if (replayed) replays.add(1, { 'http.route': route ?? '' })
          if (span.isRecording()) {
            span.setAttributes(kind.attributes)
            if (route !== undefined) span.updateName(`${method} ${route}`)
            if (status === undefined || status >= 500)
              span.setStatus({ code: SpanStatusCode.ERROR })
          }
          span.end()
        },
      }
    },
  }
}

/**
 * The caller's trace, where its `traceparent` is well-formed. `tracestate` and `baggage` are not read: nothing that
 * this service calls is part of a caller's trace, so there is nobody to pass them on to.
 */
const parentOf = (header: string | string[] | undefined) => {
  const parent = typeof header === 'string' ? parseTraceParent(header) : null
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT
}

/** The caller's trace at least, where the request itself is not traced. */
const loggedOf = (span: Span): Readonly<Record<string, string>> => {
  const { traceId, spanId } = span.spanContext()
  if (span.isRecording()) return { trace_id: traceId, span_id: spanId }
  return traceId === INVALID_TRACEID ? {} : { trace_id: traceId }
}

const sent = (method: string): Attributes => ({
  'http.request.method': method,
  'url.scheme': 'http',
})

type Told = [
  method: string,
  route: string | undefined,
  status: number | undefined,
  code: string | undefined,
]

/** Answers that are alike in all that metrics say of them, and their series. */
interface Kind {
  attributes: Attributes
  duration: Series
  requestSize: Series
  responseSize: Series
}

const described = (...[method, route, status, code]: Told): Attributes => ({
  ...sent(method),
  ...(route !== undefined && { 'http.route': route }),
  ...(status !== undefined && { 'http.response.status_code': status }),
  ...errorOf(status, code),
})

/** The problem's code; without one what the conventions advise. */
const errorOf = (status: number | undefined, code: string | undefined): Attributes => {
  if (code !== undefined) return { 'error.type': code }
  if (status === undefined) return { 'error.type': 'client_gone' }
  return status >= 500 ? { 'error.type': String(status) } : {}
}
