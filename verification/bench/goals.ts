import { type Comparison, median, ratio } from './compare.ts'
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
  const of = (load: string, connections = CONNECTIONS) =>
    comparisons.filter((one) => one.load === load && one.connections === connections)
  const goals: Goal[] = []
  const add = (
    promised: string,
    seen: number | undefined,
    kept: (seen: number) => boolean,
    unit: string,
    digits = 2,
  ) => {
    if (seen !== undefined && !Number.isNaN(seen))
      goals.push({ promised, seen: `${seen.toFixed(digits)} ${unit}`, kept: kept(seen) })
  }
  add('first 200 within 300 ms of the start', start?.startMs, (ms) => ms < 300, 'ms', 0)
  add('idle memory under 85 MB', start?.idleMb, (mb) => mb < 85, 'MB', 0)
  for (const [load, least] of [
    ['list of 20', 1],
    ['get one', 0.9],
  ] as const)
    for (const one of of(load))
      add(
        `${load}: at least ${least} × the floor`,
        ratio(one, 'HS256', 'floor'),
        (seen) => seen >= least,
        '×',
      )
  for (const one of comparisons.filter(({ connections }) => connections === CONNECTIONS))
    add(
      `${one.load}: p99 at most 1.5 × the floor's`,
      ratio(one, 'HS256', 'floor', 'p99'),
      (seen) => seen <= 1.5,
      '×',
    )
  const modes = comparisons
    .filter(({ load }) => load !== 'health')
    .map((one) => ratio(one, 'JWKS', 'HS256'))
  add(
    'JWKS within 10 % of HS256',
    modes.length > 0 ? median(modes) : undefined,
    (seen) => seen >= 0.9,
    '×',
  )
  const sizes = comparisons
    .filter(({ connections }) => connections === 256)
    .flatMap(({ paces }) => (paces.HS256 ?? []).map(({ memoryMb }) => memoryMb))
  add(
    'at most 150 MB at 256 connections',
    sizes.length > 0 ? Math.max(...sizes) : undefined,
    (mb) => mb <= 150,
    'MB',
    0,
  )
  return goals
}
