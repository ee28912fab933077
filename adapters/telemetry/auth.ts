import { type SpanContext, SpanKind } from '@opentelemetry/api'
import type { Instruments } from './requests.ts'

type Fetch = typeof globalThis.fetch

/** What the auth server's keys and tokens come to: a span of each fetch, the age of the keys, and why tokens are refused. */
export const authTelemetry = ({ startSpan, meter }: Instruments) => {
  const refusals = meter.createCounter('task_api.token.refusals', {
    unit: '{token}',
    description: 'Tokens that were refused, by the reason that their callers are not told.',
  })

  /**
   * A trace of its own, since many requests wait for one fetch; the auth server is told of it by `traceparent`. Its host
   * is not: there is one, and the configuration names it.
   */
  const traced: Fetch = async (input, init) => {
    const span = startSpan({ name: 'GET key set', kind: SpanKind.CLIENT })
    const headers = new Headers(init?.headers)
    if (span) headers.set('traceparent', traceParentOf(span.context))
    let status: number | undefined
    try {
      const response = await fetch(input, { ...init, headers })
      status = response.status
      return response
    } finally {
      const answered = status !== undefined && { 'http.response.status_code': status }
      const attributes = { 'http.request.method': 'GET', ...answered }
      span?.end({ attributes, failed: status === undefined })
    }
  }

  /** To be called where there is a key set at all. */
  const keySet = () => {
    const fetches = meter.createCounter('task_api.key_set.fetches', {
      unit: '{fetch}',
      description: 'How often the key set was asked for.',
    })
    fetches.add(0)
    let fetchedAt: number | undefined
    meter
      .createObservableGauge('task_api.key_set.age', {
        unit: 's',
        description: 'How old the keys are that tokens are checked with.',
      })
      .addCallback((result) => {
        if (fetchedAt !== undefined) result.observe((performance.now() - fetchedAt) / 1_000)
      })
    return {
      fetch: traced,
      onFetched: (failure: string | undefined) => {
        if (failure === undefined) fetchedAt = performance.now()
        fetches.add(1, failure === undefined ? {} : { 'error.type': failure })
      },
    }
  }

  return {
    /** @param reasons all that there are: a series has to be there before any rate of it can be told */
    refusals: (reasons: readonly string[]) => {
      for (const reason of reasons) refusals.add(0, { 'error.type': reason })
      return (reason: string) => refusals.add(1, { 'error.type': reason })
    },
    keySet,
  }
}

/** Of a request that is traced. */
const traceParentOf = ({ traceId, spanId }: SpanContext): string => `00-${traceId}-${spanId}-01`
