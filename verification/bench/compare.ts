import { median } from '../../adapters/postgres/bench/quantile.ts'
import { type Load, type Measurement, measure } from './load.ts'
import type { Target } from './targets.ts'

/** What one load at one number of connections did to every target, round by round. */
export interface Comparison {
  load: string
  connections: number
  measurements: Record<string, Measurement[]>
}

/** Code that V8 has not compiled yet is much slower. */
const WARM_UP_S = 3

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
  for (const target of targets) await measure(target, load, 32, WARM_UP_S)
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

/** The medians of every target, a line each. */
export const linesOf = (one: Comparison): string => {
  const lines = Object.keys(one.measurements).map((name) => {
    const figure = (what: keyof Measurement, width: number, digits = 0) =>
      medianOf(one, name, what).toFixed(digits).padStart(width)
    return `  ${name.padEnd(15)} ${figure('rate', 6)}/s  p50 ${figure('p50', 5, 1)} ms  p99 ${figure('p99', 6, 1)} ms  ${figure('cpuUs', 4)} µs  ${figure('memoryMb', 3)} MB  ${figure('refused', 3)} ‰ refused  ${medianRatio(one, name, 'floor').toFixed(2)} × floor`
  })
  return [`${one.load}, ${one.connections} connections`, ...lines].join('\n')
}
