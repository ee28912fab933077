import { median } from '../../adapters/postgres/bench/quantile.ts'
import { type Comparison, medianRatio } from './compare.ts'
import type { Start } from './start.ts'

/** What was measured against what was promised. */
export interface Goal {
  promised: string
  seen: string
  kept: boolean
}

/** The promises are about a busy service; a single connection measures the round trip more than the service. */
const CONNECTIONS = 32

export const goalsOf = (start: Start | undefined, comparisons: readonly Comparison[]): Goal[] => {
  const busy = comparisons.filter(({ connections }) => connections === CONNECTIONS)
  const atLeastFloor = (load: string, least: number) =>
    busy
      .filter((one) => one.load === load)
      .flatMap((one) => {
        const ratio = medianRatio(one, 'HS256', 'floor')
        return goal(`${load}: at least ${least} × the floor`, ratio, '×', ratio >= least)
      })
  const modes = median(
    comparisons
      .filter(({ load }) => load !== 'health')
      .map((one) => medianRatio(one, 'JWKS', 'HS256')),
  )
  const sizes = comparisons
    .filter(({ connections }) => connections === 256)
    .flatMap(({ measurements }) => (measurements.HS256 ?? []).map(({ memoryMb }) => memoryMb))
  const largest = sizes.length > 0 ? Math.max(...sizes) : Number.NaN
  const { startMs = Number.NaN, idleMb = Number.NaN } = start ?? {}
  return [
    ...goal('first 200 within 300 ms of the start', startMs, 'ms', startMs < 300),
    ...goal('idle memory under 85 MB', idleMb, 'MB', idleMb < 85),
    ...atLeastFloor('list of 20', 1),
    ...atLeastFloor('get one', 0.9),
    ...busy.flatMap((one) => {
      const ratio = medianRatio(one, 'HS256', 'floor', 'p99')
      return goal(`${one.load}: p99 at most 1.5 × the floor's`, ratio, '×', ratio <= 1.5)
    }),
    ...goal('JWKS within 10 % of HS256', modes, '×', modes >= 0.9),
    ...goal('at most 150 MB at 256 connections', largest, 'MB', largest <= 150),
  ]
}

/** The goal, or none where nothing was measured. */
const goal = (promised: string, seen: number, unit: string, kept: boolean): Goal[] =>
  Number.isNaN(seen)
    ? []
    : [{ promised, seen: `${seen.toFixed(unit === '×' ? 2 : 0)} ${unit}`, kept }]
