import type { Operation, Subject } from './operations.ts'

/** Runs that are not counted: after five PostgreSQL decides on the plan of a prepared statement (see PREPARE). */
export const WARM = 8
/** Runs that take longer are always counted, so that a few of them are enough. */
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
 * Runs all cells in rounds, so that a change of the machine's load meets all alike, and each round in another order,
 * because an operation that follows a similar one finds its data in the caches.
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
