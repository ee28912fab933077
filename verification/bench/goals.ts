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

/** What each load has to reach beside the floor, on a database beside the service and on a distant one. */
const RATIOS = [
  ['list of 20', 1.1, 1],
  ['get one', 1.2, 1],
  ['create', 1, 0.8],
  ['update', 1, 0.8],
  ['complete', 1, 0.8],
] as const

/** The goals for a database at a distance: nobody is refused, and the others wait no longer than the network. */
export const distantGoalsOf = (comparisons: readonly Comparison[]): Goal[] =>
  comparisons.flatMap((one) => {
    const at = `${one.load} at ${one.connections}`
    const least = RATIOS.find(([load]) => load === one.load)?.[2] ?? 0
    const ratio = medianRatio(one, 'HS256', 'floor')
    const refused = Math.max(...(one.measurements.HS256 ?? []).map((each) => each.refused))
    return [
      ...goal(`${at}: at least ${least} × the floor`, ratio, '×', ratio >= least),
      ...goal(`${at}: nobody refused`, refused, '‰', refused === 0),
    ]
  })

export const goalsOf = (start: Start | undefined, comparisons: readonly Comparison[]): Goal[] => {
  const busy = comparisons.filter(({ connections }) => connections === CONNECTIONS)
  const atLeast = (load: string, least: number, to = 'floor') =>
    busy
      .filter((one) => one.load === load)
      .flatMap((one) => {
        const ratio = medianRatio(one, 'HS256', to)
        return goal(`${load}: at least ${least} × the ${to}`, ratio, '×', ratio >= least)
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
    ...RATIOS.flatMap(([load, least]) => atLeast(load, least)),
    ...atLeast('create', 0.9, 'lean'),
    ...busy.flatMap((one) => {
      const ratio = medianRatio(one, 'HS256', 'floor', 'p99')
      return goal(`${one.load}: p99 at most 1.5 × the floor's`, ratio, '×', ratio <= 1.5)
    }),
    ...goal('JWKS within 10 % of HS256', modes, '×', modes >= 0.9),
    ...goal('at most 150 MB at 256 connections', largest, 'MB', largest <= 150),
  ]
}

/** The goal, or none where nothing was measured. */
export const goal = (promised: string, seen: number, unit: string, kept: boolean): Goal[] =>
  Number.isNaN(seen)
    ? []
    : [{ promised, seen: `${seen.toFixed(unit === '×' ? 2 : 0)} ${unit}`, kept }]
