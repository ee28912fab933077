import { median } from '../../adapters/postgres/bench/quantile.ts'
import { type Load, type Measurement, measure } from './load.ts'
import type { Target } from './targets.ts'

/** What one load at one number of connections did to every target, round by round. */
export interface Comparison {
  load: string
  connections: number
  measurements: Record<string, Measurement[]>
}

/**
 * Code that V8 has not optimised yet is several times as slow, and it is optimised by how often it ran and not by how
 * long: on a slow machine a request for one task took 2,400 µs of the processor at first, 570 after 3,000 requests and
 * 320 after 20,000. A service that runs for days is of the last kind.
 */
const WARM_UP_REQUESTS = 20_000
const WARM_UP_MAX_S = 30

/**
 * All targets take turns within each round, and each round begins with another one, because the machine's speed
 * changes from minute to minute: what counts is the ratio within a round.
 */
export const compare = async (
  targets: readonly Target[],
  load: Load,
  plan: { connections: readonly number[]; rounds: number; seconds: number },
  onResult: (comparison: Comparison) => void,
): Promise<void> => {
  for (const target of targets) await warmUp(target, load)
  for (const connections of plan.connections) {
    const measurements: Comparison['measurements'] = Object.fromEntries(
      targets.map(({ name }) => [name, []]),
    )
    for (let round = 0; round < plan.rounds; round += 1) {
      const first = round % targets.length
      for (const target of [...targets.slice(first), ...targets.slice(0, first)])
        measurements[target.name]?.push(await measure(target, load, connections, plan.seconds))
    }
    onResult({ load: load.name, connections, measurements })
  }
}

const warmUp = async (target: Target, load: Load): Promise<void> => {
  for (let seconds = 0, sent = 0; seconds < WARM_UP_MAX_S && sent < WARM_UP_REQUESTS; seconds += 1)
    sent += (await measure(target, load, 32, 1)).rate
}

export const medianOf = (
  { measurements }: Comparison,
  target: string,
  what: keyof Measurement,
): number => median((measurements[target] ?? []).map((one) => one[what]))

/** The median of the ratios of each round. */
export const medianRatio = (
  { measurements }: Comparison,
  target: string,
  to: string,
  what: keyof Measurement = 'rate',
): number =>
  median(
    (measurements[target] ?? []).map(
      (one, round) => one[what] / (measurements[to]?.[round]?.[what] ?? 0),
    ),
  )

/** The medians of every target, a line each, beside the first. */
export const linesOf = (one: Comparison): string => {
  const [first = ''] = Object.keys(one.measurements)
  const lines = Object.keys(one.measurements).map((name) => {
    const figure = (what: keyof Measurement, width: number, digits = 0) =>
      medianOf(one, name, what).toFixed(digits).padStart(width)
    return `  ${name.padEnd(15)} ${figure('rate', 6)}/s  p50 ${figure('p50', 5, 1)} ms  p99 ${figure('p99', 6, 1)} ms  ${figure('cpuUs', 4)} µs  ${figure('memoryMb', 3)} MB  ${figure('refused', 3)} ‰ refused  ${medianRatio(one, name, first).toFixed(2)} × ${first}`
  })
  return [`${one.load}, ${one.connections} connections`, ...lines].join('\n')
}
