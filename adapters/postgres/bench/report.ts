import type { Contention } from './contention.ts'
import type { Cell } from './measure.ts'
import type { Operation, Subject } from './operations.ts'
import type { Plan } from './plans.ts'
import { median, quantile } from './quantile.ts'

/** How much more than on a small table an operation may cost that must not grow. */
const LIMIT = 1.5

export interface Figure {
  owner: string
  tasks: number
  table: Subject['table']
  medianUs: number
  p95Us: number
  /** to the same on the small table */
  ratio?: number
  failure?: string
}

export interface Row {
  operation: string
  required: boolean
  figures: Figure[]
  /** at the owner with the most tasks */
  plan: Plan
  /** what must not be */
  faults: string[]
}

const figureOf = ({ subject, times, failure }: Cell, base: Cell | undefined): Figure => ({
  owner: subject.name,
  tasks: subject.size,
  table: subject.table,
  medianUs: Math.round(median(times)),
  p95Us: Math.round(quantile(times, 0.95)),
  ...(base && {
    ratio: Math.round((100 * median(times)) / median(base.times)) / 100,
  }),
  ...(failure && { failure }),
})

/** On the small table the owner of the same name, or else its largest. */
const baseOf = (cell: Cell, cells: Cell[]): Cell | undefined => {
  if (cell.subject.table === 'small') return undefined
  const small = cells.filter(({ subject }) => subject.table === 'small')
  return small.find(({ subject }) => subject.name === cell.subject.name) ?? small[0]
}

export const rowOf = (operation: Operation, all: Cell[], plan: Plan): Row => {
  const cells = all.filter((cell) => cell.operation === operation)
  const figures = cells.map((cell) => figureOf(cell, baseOf(cell, cells)))
  const faults = figures.flatMap(({ owner, ratio = 0, failure }) => [
    ...(failure ? [`${owner}: ${failure}`] : []),
    ...(operation.required && ratio > LIMIT ? [`${owner}: ${ratio} times`] : []),
  ])
  if (plan.sequential) faults.push('reads the whole table')
  return { operation: operation.name, required: operation.required ?? false, figures, plan, faults }
}

const time = (us: number): string =>
  us < 10_000 ? `${us} µs` : `${(us / 1_000).toFixed(us < 100_000 ? 1 : 0)} ms`

const cellText = ({ medianUs, p95Us, ratio, failure }: Figure): string => {
  if (failure) return failure
  const mark = ratio === undefined ? '' : ratio > LIMIT ? `, ×${ratio} !` : `, ×${ratio}`
  return `${time(medianUs)} (${time(p95Us)}${mark})`
}

/** Markdown, so that it can stand in a page as it is. */
export const table = (rows: Row[]): string[] => {
  const heads = (rows[0]?.figures ?? []).map(
    ({ table, tasks }) => `${tasks.toLocaleString('en')}, ${table}`,
  )
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['operation', ...heads]),
    line(['---', ...heads.map(() => '---:')]),
    ...rows.map(({ operation, required, figures }) =>
      line([required ? `**${operation}**` : operation, ...figures.map(cellText)]),
    ),
  ]
}

export const planLines = (rows: Row[]): string[] =>
  rows.map(({ operation, plan }) => `${operation}: ${plan.steps.join('; ')}`)

export const contentionTable = (creators: Contention[]): string[] =>
  creators.map(
    ({ counting, owners, perSecond, p50Us, p95Us }) =>
      `16 creators, ${owners === 1 ? 'one owner' : 'an owner each'}, counted ${counting}: ` +
      `${perSecond}/s, ${time(p50Us)} (${time(p95Us)})`,
  )
