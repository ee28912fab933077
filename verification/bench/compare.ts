import { type Load, type Pace, pace } from './load.ts'
import type { Target } from './targets.ts'

/** What one load at one number of connections did to every target, round by round. */
export interface Comparison {
  load: string
  connections: number
  paces: Record<string, Pace[]>
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Until a program's code is compiled it is another program. */
const WARM_UP_S = 3

/**
 * All targets take turns within each round, and another one begins each time, because the machine is never the
 * same twice: what counts is the ratio within a round.
 */
export const compare = async (
  targets: readonly Target[],
  load: Load,
  plan: { connections: readonly number[]; rounds: number; seconds: number },
  onResult: (comparison: Comparison) => void,
): Promise<void> => {
  for (const target of targets) await pace(target, load, 32, WARM_UP_S)
  for (const connections of plan.connections) {
    const paces: Comparison['paces'] = Object.fromEntries(targets.map(({ name }) => [name, []]))
    for (let round = 0; round < plan.rounds; round += 1) {
      const first = round % targets.length
      for (const target of [...targets.slice(first), ...targets.slice(0, first)])
        paces[target.name]?.push(await pace(target, load, connections, plan.seconds))
    }
    onResult({ load: load.name, connections, paces })
  }
}

export const typical = ({ paces }: Comparison, target: string, what: keyof Pace): number =>
  median((paces[target] ?? []).map((one) => one[what]))

/** The median of the ratios of each round. */
export const ratio = (
  { paces }: Comparison,
  target: string,
  to: string,
  what: keyof Pace = 'rate',
): number =>
  median((paces[target] ?? []).map((one, round) => one[what] / (paces[to]?.[round]?.[what] ?? 0)))
