import type { Operation, Subject } from './operations.bench.ts'

/** Runs that are not counted: by then a prepared statement has its plan for good (PostgreSQL's PREPARE). */
export const WARM = 8
/** What takes longer is counted from its first run on, and gets by with a few. */
const SLOW_MS = 50

export interface Cell {
  operation: Operation
  subject: Subject
  /** microseconds */
  times: number[]
  failure?: string
}

export interface Effort {
  rounds: number
  /** for each cell, after which it drops out */
  budgetMs: number
  signal: AbortSignal
}

/**
 * Runs all cells in rounds, because the machine is never the same twice, and each round in another order, because
 * whatever follows its like finds everything at hand.
 */
export const measure = async (cells: Cell[], { rounds, budgetMs, signal }: Effort) => {
  const spent = new Map<Cell, number>()
  for (let round = -WARM; round < rounds; round += 1) {
    for (const cell of shuffled(cells)) {
      signal.throwIfAborted()
      const used = spent.get(cell) ?? 0
      if (cell.failure || used > budgetMs) continue
      const started = performance.now()
      try {
        await cell.operation.run(cell.subject)
      } catch (error) {
        cell.failure = (error as { code?: string }).code ?? String(error)
      }
      const took = performance.now() - started
      if (round >= 0 || took > SLOW_MS) cell.times.push(took * 1_000)
      spent.set(cell, used + took)
    }
  }
}

const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

export const quantile = (values: number[], at: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * at)] ?? Number.NaN
