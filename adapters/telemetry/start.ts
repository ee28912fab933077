import { SpanKind } from '@opentelemetry/api'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import {
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import { authTelemetry } from './auth.ts'
import { exporters } from './export/exporters.ts'
import { hearDoubts, type TelemetryLog } from './export/state.ts'
import { histograms } from './histograms.ts'
import { logTelemetry } from './log-lines.ts'
import { requestTelemetry } from './requests.ts'
import { resource } from './resource.ts'
import { boundedSampler } from './sampler.ts'
import type { Env, Settings } from './settings.ts'
import { spans } from './spans/spans.ts'
import { works } from './spans/work.ts'
import { statementTelemetry } from './statements.ts'

/** Series of one metric at the most; there are about 20 routes with as many answers each. */
const SERIES_MAX = 1_000
/** Spans that wait to be sent; what comes beyond is dropped. */
const SPANS_MAX = 2_048
/** How long the end of the process waits for the last export; it ends within a second of its budget. */
const LAST_EXPORT_MS = 800
const SCOPE = 'task-ownership-api'

export interface TelemetryOptions {
  settings: Settings
  env: Env
  log: TelemetryLog
  droppedLines(): number
}

/**
 * Starts the SDK. Nothing but what hears its complaints is registered globally: what is observed is given its part by the
 * composition.
 */
export const startTelemetry = ({ settings, env, log, droppedLines }: TelemetryOptions) => {
  hearDoubts()
  const described = resource(env)
  const exporter = exporters(env, log)
  const traces = new BatchSpanProcessor({
    exporter: exporter.traces,
    maxQueueSize: SPANS_MAX,
    scheduledDelayMillis: settings.spanDelayMs,
  })
  const temporality = exporter.metrics.selectAggregationTemporality(InstrumentType.HISTOGRAM)
  const { histogram, producer } = histograms(SCOPE, temporality)
  const reader = new PeriodicExportingMetricReader({
    exporter: exporter.metrics,
    metricProducers: [producer],
    exportIntervalMillis: settings.metricIntervalMs,
    exportTimeoutMillis: Math.min(settings.metricIntervalMs, 10_000),
    cardinalityLimits: { default: SERIES_MAX },
  })
  const metrics = new MeterProvider({
    resource: described,
    readers: settings.metrics ? [reader] : [],
  })
  const runtime = new RuntimeNodeInstrumentation({ monitoringPrecision: 20 })
  runtime.setMeterProvider(metrics)
  const current = works()
  const startSpan = spans({
    ...{ resource: described, scope: SCOPE, isTaken: boundedSampler(settings) },
    onEnd: (span) => traces.onEnd(span),
  })
  const meter = metrics.getMeter(SCOPE)
  const parts = { startSpan, meter, histogram, works: current }
  logTelemetry(meter, droppedLines)

  return {
    requests: requestTelemetry(parts),
    statements: statementTelemetry(parts),
    ...authTelemetry(parts),
    /** What the process does by itself, as a trace of its own. */
    traced: async <T>(name: string, run: () => Promise<T>): Promise<T> => {
      const outer = current.current()
      // Decided once for all that is done for it.
      const isLeftOut = outer !== undefined && outer.span === undefined
      const parent = outer?.span?.context
      const span = isLeftOut ? undefined : startSpan({ name, kind: SpanKind.INTERNAL, parent })
      let failed = true
      try {
        const result = await current.whole({ name, span }, run)
        failed = false
        return result
      } finally {
        span?.end({ failed })
      }
    },
    /** Sends what is left, as far as the endpoint takes it in time. Never rejects. */
    close: async (): Promise<void> => {
      runtime.disable()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, LAST_EXPORT_MS)
      })
      await Promise.race([Promise.allSettled([traces.shutdown(), metrics.shutdown()]), late])
      clearTimeout(timer)
    },
  }
}
