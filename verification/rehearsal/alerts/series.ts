import type {
  Attributes,
  ReceivedMetric,
  ReceivedPoint,
} from '../../../adapters/telemetry/collector/otlp.ts'

/** Values of one series by tick; a hole where it was not told. */
type Values = (number | undefined)[]

/** A series as Prometheus names it, and what it was at each tick. */
export type Recording = ReadonlyMap<string, Values>

const UNITS: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes', '1': '_ratio' }

const underscored = (name: string): string => name.replaceAll(/\W/g, '_')

/** The name that a metric gets (opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics). */
const prometheusName = ({ name, unit, kind, monotonic }: ReceivedMetric): string =>
  underscored(name) + (UNITS[unit] ?? '') + (kind === 'sum' && monotonic ? '_total' : '')

const labelled = (name: string, attributes: Attributes): string => {
  const labels = Object.entries(attributes).map(([key, value]) => `${underscored(key)}="${value}"`)
  return `${name}{${labels.sort().join(',')}}`
}

/** The samples that one export of a metric comes to, by series. */
export const samplesOf = (metric: ReceivedMetric): [series: string, value: number][] => {
  const name = prometheusName(metric)
  return metric.points.flatMap((point) =>
    metric.kind === 'histogram'
      ? bucketsOf(name, point)
      : [[labelled(name, point.attributes), point.value] as [string, number]],
  )
}

const bucketsOf = (
  name: string,
  { attributes, value, sum = 0, buckets }: ReceivedPoint,
): [string, number][] => {
  let below = 0
  const { bounds = [], counts = [] } = buckets ?? {}
  return [
    ...counts.map((count, n): [string, number] => {
      below += count
      return [labelled(`${name}_bucket`, { ...attributes, le: boundOf(bounds[n]) }), below]
    }),
    [labelled(`${name}_count`, attributes), value],
    [labelled(`${name}_sum`, attributes), sum],
  ]
}

/** As Prometheus' libraries write a bound: from a million on with an exponent of two digits. */
const boundOf = (bound: number | undefined): string => {
  if (bound === undefined) return '+Inf'
  return bound < 1e6 ? String(bound) : bound.toExponential().replace(/\+(\d)$/, '+0$1')
}

/** A quiet machine is at 0.02 to 0.03, half of that by the clock it is measured with. */
const STARVED_SECONDS = 0.045

/** Whether the instance was short of processor time for most of a recording: then it tells of that, whatever was played. */
export const isStarved = (series: Recording): boolean => {
  const delays = [...(series.get('nodejs_eventloop_delay_mean_seconds{}') ?? [])]
    .filter((it) => it !== undefined)
    .sort((one, two) => one - two)
  return (delays[Math.floor(delays.length / 2)] ?? 0) > STARVED_SECONDS
}

/** What came of one instance, an export a tick. */
export const recording = () => {
  const series = new Map<string, Values>()
  let ticks = 0
  return {
    series: series as Recording,
    ticks: () => ticks,
    add: (metrics: readonly ReceivedMetric[]) => {
      for (const [name, value] of metrics.flatMap(samplesOf)) {
        const values = series.get(name) ?? []
        values[ticks] = value
        series.set(name, values)
      }
      ticks += 1
    },
  }
}
