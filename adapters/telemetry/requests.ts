import { type Attributes, type Meter, type SpanContext, SpanKind } from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { MakeHistogram, Series } from './histograms.ts'
import { known } from './known.ts'
import type { SpanEnd, StartSpan } from './spans/spans.ts'
import type { Works } from './spans/work.ts'

export interface Instruments {
  startSpan: StartSpan
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
export const requestTelemetry = ({ startSpan, meter, histogram, works }: Instruments) => {
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
    if (kinds >= KINDS_MAX) return beyond()
    const [method, route, status] = told
    return newKind(described(...told), {
      ...(route !== undefined && { name: `${method} ${route}` }),
      failed: status === undefined || status >= 500,
    })
  })
  let kinds = 0
  const beyond = known(() => newKind({ 'otel.metric.overflow': true }))
  const newKind = (attributes: Attributes, span: SpanEnd = {}): Kind => ({
    span: { ...span, attributes },
    duration: duration.series(attributes),
    requestSize: requestSize.series(attributes),
    responseSize: responseSize.series(attributes),
  })

  const replays = meter.createCounter('task_api.idempotency.replays', {
    unit: '{request}',
    description: 'Requests that got the recorded answer of an earlier one with the same key.',
  })
  const methods: { method: string; count: number }[] = []
  const active = known((method: string) => {
    const counted = { method, count: 0 }
    methods.push(counted)
    return counted
  })
  meter
    .createObservableUpDownCounter('http.server.active_requests', {
      unit: '{request}',
      description: 'Number of active HTTP server requests.',
    })
    .addCallback((result) => {
      for (const { method, count } of methods) result.observe(count, sent(method))
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
      const caller = callerOf(request.headers.traceparent)
      const span = startSpan({ name: method, kind: SpanKind.SERVER, parent: caller, begun })
      const underWay = active(method)
      underWay.count += 1
      let code: string | undefined

      return {
        logged: loggedOf(span?.context, caller),
        run: <T>(name: string, beginning: () => T): T => works.begin({ name, span }, beginning),
        failed: (problem: string) => {
          code = problem
        },
        end: ({ route, status, replayed, ...answer }: Answer) => {
          underWay.count -= 1
          const kind = kindOf(method, route, status, code)
          kind.duration.record((performance.now() - begun) / 1_000)
          if (answer.requestSize !== undefined) kind.requestSize.record(answer.requestSize)
          if (answer.responseSize !== undefined) kind.responseSize.record(answer.responseSize)
          if (replayed) replays.add(1, { 'http.route': route ?? '' })
          span?.end(kind.span)
        },
      }
    },
  }
}

/**
 * The caller's trace, where its `traceparent` is well-formed. `tracestate` and `baggage` are not read: nothing that
 * this service calls is part of a caller's trace, so there is nobody to pass them on to.
 */
const callerOf = (header: string | string[] | undefined): SpanContext | undefined => {
  const caller = typeof header === 'string' ? parseTraceParent(header) : null
  return caller ? { ...caller, isRemote: true } : undefined
}

/** The caller's trace at least, where the request itself is not traced. */
const loggedOf = (own: SpanContext | undefined, caller: SpanContext | undefined) =>
  own ? { trace_id: own.traceId, span_id: own.spanId } : caller && { trace_id: caller.traceId }

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

/** Answers that are alike in all that is told of them: how their spans end, and their series. */
interface Kind {
  span: SpanEnd
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
