import { createHash } from 'node:crypto'
import type { Report } from '../report.ts'
import { checkOf, marks } from './html-check.ts'
import { matrixTableOf } from './html-matrix.ts'
import { script } from './html-script.ts'
import { style } from './html-style.ts'
import { factsOf, headOf, tablesOf, tallyOf } from './html-summary.ts'
import { Markup, markup } from './markup.ts'

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing but this very style and this very script: what a target answered can do nothing here. */
const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`

/** The report as one page that needs nothing else: to read, to mail, to print. */
export const htmlOf = (report: Report): string =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.outcome.sentence} · ${report.target.url}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${headOf(report)}
${tallyOf(report)}
${attentionOf(report)}
${factsOf(report)}
${tablesOf(report)}
${matrixTableOf(report)}
${toolsOf(report)}
<main>
${report.counts.groups.map(({ group }) => sectionOf(report, group))}
</main>
<footer>Made from <code>report.json</code> of run ${report.run.id}. <code>$TOKEN_A</code>, <code>$TOKEN_B</code> and <code>$FORGED_TOKEN</code> stand for tokens that no report holds.</footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text

/** What somebody has to do something about, before anything else. */
const attentionOf = ({ checks }: Report): Markup | false => {
  const due = checks.filter(({ verdict }) => verdict === 'FAIL' || verdict === 'INCONCLUSIVE')
  if (due.length === 0) return false
  const lines = due.map(
    ({ id, verdict, promise, severity, findings }) =>
      markup`<tr class="${verdict}"><td><span class="mark">${marks[verdict].sign}</span> <a href="#${id}" class="id">${id}</a></td><td class="wide">${promise}<br><small>${findings[0]?.observed}</small></td><td class="severity">${severity}</td></tr>
`,
  )
  return markup`<h2>What needs attention</h2>
<div class="panel scroll attention"><table>${lines}</table></div>
`
}

const toolsOf = ({ counts }: Report): Markup => markup`<div class="tools scripted">
<input id="search" type="search" placeholder="Search promises, ids, evidence" aria-label="Search">
<select id="group" aria-label="Group"><option value="">All groups</option>${counts.groups.map(
  ({ group, name }) => markup`<option value="${group}">${name}</option>`,
)}</select>
<output id="shown"></output>
</div>
`

const sectionOf = ({ counts, checks }: Report, group: string): Markup => {
  const name = counts.groups.find((it) => it.group === group)?.name
  const members = checks.filter((check) => check.group === group)
  const slowestMs = Math.max(...checks.map(({ ms }) => ms))
  const passed = members.filter(({ verdict }) => verdict === 'PASS').length
  return markup`<section data-group="${group}" id="group-${group}">
<h2>${name} <small>${passed} of ${members.length} passed</small></h2>
<div class="panel">
${members.map((check) => checkOf(check, slowestMs))}</div>
</section>
`
}
