import definitions from 'otlp-definitions/build/src/generated/root.js'

/** An attribute's value, or several; anything else that OTLP knows never comes. */
export type Value = string | number | boolean | Value[] | undefined
export type Attributes = Record<string, Value>

export interface ReceivedSpan {
  name: string
  /** `SPAN_KIND_SERVER` and the like */
  kind: string
  traceId: string
  spanId: string
  /** empty for the first of a trace */
  parentSpanId: string
  traceState: string
  /** in seconds */
  duration: number
  attributes: Attributes
  links: { traceId: string; spanId: string }[]
  events: { name: string; attributes: Attributes }[]
  failed: boolean
  resource: Attributes
}

export interface ReceivedPoint {
  attributes: Attributes
  /** a gauge or a sum as it is, of a histogram the count */
  value: number
  /** of a histogram */
  sum?: number
  /** of a histogram: how many values lie up to each bound, and beyond the last */
  buckets?: { bounds: number[]; counts: number[] }
}

export interface ReceivedMetric {
  name: string
  unit: string
  kind: 'gauge' | 'sum' | 'histogram'
  /** of a sum that never falls */
  monotonic: boolean
  points: ReceivedPoint[]
  resource: Attributes
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is the protocol's, checked by its own decoder
type Message = any

// Made from github.com/open-telemetry/opentelemetry-proto by the exporters' makers, whose later ones write bytes by hand.
const { collector } = (definitions as Message).opentelemetry.proto

const decoder =
  (type: Message) =>
  (bytes: Uint8Array): Message =>
    type.toObject(type.decode(bytes), { longs: Number, enums: String, defaults: true })
const traces = decoder(collector.trace.v1.ExportTraceServiceRequest)
const metrics = decoder(collector.metrics.v1.ExportMetricsServiceRequest)

/** The spans of an export. @throws Error where the bytes are no `ExportTraceServiceRequest` */
export const spansIn = (bytes: Uint8Array): ReceivedSpan[] =>
  traces(bytes).resourceSpans.flatMap(({ resource, scopeSpans }: Message) =>
    scopeSpans.flatMap(({ spans }: Message) =>
      spans.map((span: Message) => ({
        ...{ name: span.name, kind: span.kind, traceState: span.traceState },
        ...idsOf(span),
        parentSpanId: hex(span.parentSpanId),
        duration: (span.endTimeUnixNano - span.startTimeUnixNano) / 1e9,
        attributes: attributesOf(span.attributes),
        links: span.links.map(idsOf),
        events: span.events.map(({ name, attributes }: Message) => ({
          name,
          attributes: attributesOf(attributes),
        })),
        failed: span.status?.code === 'STATUS_CODE_ERROR',
        resource: attributesOf(resource.attributes),
      })),
    ),
  )

/** The metrics of an export. @throws Error where the bytes are no `ExportMetricsServiceRequest` */
export const metricsIn = (bytes: Uint8Array): ReceivedMetric[] =>
  metrics(bytes).resourceMetrics.flatMap(({ resource, scopeMetrics }: Message) =>
    scopeMetrics.flatMap(({ metrics: all }: Message) =>
      all.map(({ name, unit, ...data }: Message) => {
        const kind = data.gauge ? 'gauge' : data.sum ? 'sum' : 'histogram'
        return {
          ...{ name, unit, kind, monotonic: data.sum?.isMonotonic === true },
          points: data[kind].dataPoints.map(pointOf),
          resource: attributesOf(resource.attributes),
        }
      }),
    ),
  )

const pointOf = ({
  attributes,
  count,
  sum,
  explicitBounds: bounds,
  bucketCounts: counts,
  asInt,
  asDouble,
  value,
}: Message): ReceivedPoint => ({
  attributes: attributesOf(attributes),
  value: count ?? (value === 'asDouble' || asInt === undefined ? asDouble : asInt),
  ...(count !== undefined && { sum, buckets: { bounds, counts } }),
})

const attributesOf = (pairs: Message[]): Attributes =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]))

const plain = (value: Message): Value =>
  value?.arrayValue
    ? value.arrayValue.values.map(plain)
    : (value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue)

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const idsOf = ({ traceId, spanId }: Message) => ({ traceId: hex(traceId), spanId: hex(spanId) })
