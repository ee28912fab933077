import { type Attributes, SpanKind } from '@opentelemetry/api'
import { known } from './known.ts'
import type { Instruments } from './requests.ts'
import type { Span, SpanEnd } from './spans/spans.ts'
import type { Work } from './spans/work.ts'

/** The boundaries that the conventions advise, in seconds. */
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]
const POOL = { 'db.client.connection.pool.name': 'requests' }
/** What is done for nobody, such as the removal of expired keys. */
const NOBODY = 'other'

interface PoolStats {
  total: number
  idle: number
  pending: number
}

/** A span and the metrics of each statement, by the operation that it is for, and the state of the pool. */
export const statementTelemetry = ({ startSpan, meter, histogram, works }: Instruments) => {
  const seconds = (name: string, description: string) =>
    histogram(name, { unit: 's', description, boundaries: SECONDS })
  const duration = seconds('db.client.operation.duration', 'Duration of database operations.')
  const waited = seconds(
    'db.client.connection.wait_time',
    'The time it took to obtain an open connection from the pool.',
  ).series(POOL)
  /** As many as operations have kinds of failures. */
  const durationOf = known((name: string, code: string | undefined) =>
    duration.series({ ...operation(name), ...errorOf(code) }),
  )
  /** As many again for each number of requests that one statement can be for. */
  const spanEndOf = known((name: string, callers: number, code: string | undefined): SpanEnd => {
    const batch = callers > 1 && { 'db.operation.batch.size': callers }
    return {
      attributes: { ...operation(name), ...batch, ...errorOf(code) },
      failed: code !== undefined,
    }
  })
  const timeouts = meter.createCounter('db.client.connection.timeouts', {
    unit: '{timeout}',
    description: 'Statements that got no connection, because none was free in time or ever.',
  })
  /** by operation */
  const shared = new Map<string, number>()
  meter
    .createObservableCounter('task_api.db.shared', {
      unit: '{request}',
      description: 'Requests that had no statement of their own, but shared that of another one.',
    })
    .addCallback((result) => {
      for (const [name, count] of shared) result.observe(count, operation(name))
    })
  const retries = meter.createCounter('task_api.db.retries', {
    unit: '{statement}',
    description: 'Statements that were sent again after an attempt had failed.',
  })

  // Series that are there before anything happened: of a new one no rate can be told.
  timeouts.add(0, POOL)
  retries.add(0)

  const begin = (again: boolean) => {
    const begun = performance.now()
    if (again) retries.add(1)
    let sent: ReturnType<typeof send> | undefined
    return {
      sent: (callers: readonly object[]) => {
        waited.record((performance.now() - begun) / 1_000)
        sent = send(callers as readonly Work[])
      },
      end: (code?: string) => {
        if (sent) sent.end(code)
        else timeouts.add(1, POOL)
      },
    }
  }

  const send = (callers: readonly Work[]) => {
    const begun = performance.now()
    const name = callers[0]?.name ?? NOBODY
    if (callers.length > 1) shared.set(name, (shared.get(name) ?? 0) + callers.length - 1)
    const span = spanFor(name, callers)
    return {
      end: (code: string | undefined) => {
        durationOf(name, code).record((performance.now() - begun) / 1_000)
        span?.end(spanEndOf(name, callers.length, code))
      },
    }
  }

  /** Where one of the callers is traced. It has one parent; the traces of the others lead to it. */
  const spanFor = (name: string, callers: readonly Work[]): Span | undefined => {
    let made: Span | undefined
    for (const { span } of callers) {
      if (!span) continue
      if (made) span.link(made.context)
      else made = startSpan({ name, kind: SpanKind.CLIENT, parent: span.context })
    }
    return made
  }

  const watch = (stats: () => PoolStats) => {
    meter
      .createObservableUpDownCounter('db.client.connection.count', {
        unit: '{connection}',
        description: 'The number of connections that are currently in the state described.',
      })
      .addCallback((result) => {
        const { total, idle } = stats()
        result.observe(idle, { ...POOL, 'db.client.connection.state': 'idle' })
        result.observe(total - idle, { ...POOL, 'db.client.connection.state': 'used' })
      })
    meter
      .createObservableUpDownCounter('db.client.connection.pending_requests', {
        unit: '{request}',
        description: 'The number of pending requests for an open connection.',
      })
      .addCallback((result) => result.observe(stats().pending, POOL))
  }

  return {
    caller: works.current,
    begin,
    watch,
  }
}

const errorOf = (code: string | undefined): Attributes =>
  code === undefined ? {} : { 'error.type': code }

const operation = (name: string): Attributes => ({
  'db.system.name': 'postgresql',
  'db.operation.name': name,
})
