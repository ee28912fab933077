import type { Check } from '../engine/check.ts'
import { type Exchange, isAnswered } from '../engine/http/exchange.ts'
import { type Cell, cellName, routes } from '../engine/matrix.ts'
import type { Report, ReportedCheck } from './report.ts'

/** What the checks mean to settle of the matrix, and what of it the target gave an answer to. */
export const matrixOf = (
  declared: readonly Check[],
  checks: readonly ReportedCheck[],
  exchanges: readonly Exchange[],
): Report['matrix'] => {
  const answered = new Set(exchanges.filter(isAnswered).flatMap(coveredBy).map(cellName))
  const isOpen = (cell: Cell) => !answered.has(cellName(cell))
  const cells = distinct(declared.flatMap(({ cells = [] }) => cells))
  const rows = routes.map((route): Report['matrix']['rows'][number] => {
    const shares: Report['matrix']['rows'][number]['shares'] = {}
    for (const cell of cells) {
      if (cell.route !== route) continue
      const share = shares[cell.dimension] ?? { declared: 0, covered: 0 }
      share.declared += 1
      if (!isOpen(cell)) share.covered += 1
      shares[cell.dimension] = share
    }
    return { route: route.name, method: route.method, path: route.operation.path, shares }
  })
  const uncovered = declared.flatMap(({ id, cells: own = [] }) => {
    const open = own.filter(isOpen)
    if (open.length === 0) return []
    const reason = checks.find((check) => check.id === id)?.reason ?? null
    return [{ check: id, reason, cells: distinct(open).map(cellName) }]
  })
  return { rows, uncovered }
}

const coveredBy = ({ request }: Exchange): readonly Cell[] => request.covers ?? []
const distinct = (cells: readonly Cell[]): Cell[] => [
  ...new Map(cells.map((cell) => [cellName(cell), cell])).values(),
]

/** How much of the matrix was answered, in all. */
export const matrixShare = ({ rows }: Report['matrix']) => {
  const shares = rows.flatMap((row) => Object.values(row.shares))
  return {
    declared: shares.reduce((sum, share) => sum + share.declared, 0),
    covered: shares.reduce((sum, share) => sum + share.covered, 0),
  }
}
