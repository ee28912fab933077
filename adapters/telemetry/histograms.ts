import type { Attributes, HrTime } from '@opentelemetry/api'
import { ValueType } from '@opentelemetry/api'
import { hrTime } from '@opentelemetry/core'
import { emptyResource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'

/** One series: all its values have the same attributes. */
export interface Series {
  record(value: number): void
}

export interface Histogram {
  /** The series with these attributes, to be kept: to find it is what costs. */
  series(attributes: Attributes): Series
}

export interface HistogramOptions {
  unit: string
  description: string
  /** upper bounds of the buckets, from the lowest on */
  boundaries: readonly number[]
}

export type MakeHistogram = (name: string, options: HistogramOptions) => Histogram

/**
 * Histograms whose series are bound to their attributes once. The SDK's, which know no bound instruments, sort and
 * serialize the attributes of each value: two fifths of all that observing a request cost.
 */
export const histograms = (scope: string, temporality: AggregationTemporality) => {
  const metrics: (() => MetricData)[] = []
  const histogram: MakeHistogram = (name, { unit, description, boundaries }) => {
    const all: ReturnType<typeof accumulation>[] = []
    metrics.push(() => ({
      descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
      aggregationTemporality: temporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: all.flatMap(({ collect }) => collect(temporality)),
    }))
    return {
      series: (attributes) => {
        const one = accumulation(attributes, boundaries)
        all.push(one)
        return one
      },
    }
  }
  const producer: MetricProducer = {
    collect: async () => ({
      resourceMetrics: {
        resource: emptyResource(),
        scopeMetrics: [{ scope: { name: scope }, metrics: metrics.map((metric) => metric()) }],
      },
      errors: [],
    }),
  }
  return { histogram, producer }
}

const accumulation = (attributes: Attributes, boundaries: readonly number[]) => {
  const counts = new Array<number>(boundaries.length + 1).fill(0)
  let startTime: HrTime = hrTime()
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const reset = () => {
    startTime = hrTime()
    counts.fill(0)
    ;[count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  }
  return {
    record: (value: number): void => {
      let bucket = 0
      while (bucket < boundaries.length && value > (boundaries[bucket] as number)) bucket += 1
      counts[bucket] = (counts[bucket] as number) + 1
      count += 1
      sum += value
      if (value < min) min = value
      if (value > max) max = value
    },
    /** What was recorded since the start, or since the last time; nothing where nothing was. */
    collect: (temporality: AggregationTemporality) => {
      if (count === 0) return []
      const buckets = { boundaries: [...boundaries], counts: [...counts] }
      const value = { buckets, count, sum, min, max }
      const point = { startTime, endTime: hrTime(), attributes, value }
      if (temporality === AggregationTemporality.DELTA) reset()
      return [point]
    },
  }
}
