import { dimensions } from '../../engine/matrix.ts'
import { matrixShare } from '../matrix.ts'
import type { Report } from '../report.ts'
import { type Markup, markup } from './markup.ts'

type Row = Report['matrix']['rows'][number]

/** What was tried on every operation by every method: answered of what the checks declare, and what is missing. */
export const matrixTableOf = ({ matrix }: Report): Markup | false => {
  const columns = dimensions.filter((it) => matrix.rows.some(({ shares }) => shares[it]))
  if (columns.length === 0) return false
  const { covered, declared } = matrixShare(matrix)
  const missing = matrix.uncovered.map(
    ({
      check,
      reason,
      cells,
    }) => markup`<li><a href="#${check}" class="id">${check}</a> ${reason && `${reason}: `}${cells.join(', ')}</li>
`,
  )
  return markup`<h2>What was tried on every operation <small>${covered} of ${declared} cells answered</small></h2>
<div class="panel scroll"><table><tr><th scope="col">Operation</th>${columns.map((it) => markup`<th scope="col">${it}</th>`)}</tr>
${matrix.rows.map((row) => rowOf(row, columns))}</table>${
    missing.length > 0 &&
    markup`<details class="more"><summary>What has no answer</summary><ul>${missing}</ul></details>`
  }</div>
`
}

const rowOf = ({ method, path, shares }: Row, columns: (typeof dimensions)[number][]): Markup => {
  const parts = columns.map((column) => {
    const { covered = 0, declared = 0 } = shares[column] ?? {}
    if (declared === 0) return markup`<td class="none">·</td>`
    const tone = covered < declared ? 'some WARN' : 'PASS'
    return markup`<td class="${tone}">${covered} of ${declared}</td>`
  })
  return markup`<tr><td>${method} ${path}</td>${parts}</tr>
`
}
