import type { Verdict } from '../../engine/verdict.ts'
import type { ReportedCheck, ReportedFinding } from '../report.ts'
import { type Markup, markup } from './markup.ts'

/** Told by sign and word, never by colour alone. */
export const marks: Readonly<Record<Verdict, { sign: string; word: string }>> = {
  FAIL: { sign: '✗', word: 'failed' },
  INCONCLUSIVE: { sign: '?', word: 'inconclusive' },
  WARN: { sign: '!', word: 'warned' },
  'NOT-RUN': { sign: '–', word: 'not run' },
  PASS: { sign: '✓', word: 'passed' },
}

export const duration = (ms: number): string =>
  ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`

/** One check: its promise in a line, and behind it what was seen. Open where it failed. */
export const checkOf = (check: ReportedCheck, slowestMs: number): Markup => {
  const { id, verdict, promise, severity, ms, group } = check
  const { sign, word } = marks[verdict]
  return markup`<details class="check ${verdict}" id="${id}" data-verdict="${verdict}" data-group="${group}"${openWhere(verdict === 'FAIL')}>
<summary><span class="mark" title="${word}" aria-label="${word}">${sign}</span><span class="id">${id}</span><span class="promise">${promise}</span><span class="severity">${severity}</span><span class="time">${bar(ms, slowestMs)}<span>${check.requests > 0 || ms > 0 ? duration(ms) : ''}</span></span></summary>
<div class="body">
${check.reason !== null && markup`<p class="why">${check.reason}</p>`}
${check.findings.map(findingOf)}
${verdict !== 'PASS' && verdict !== 'NOT-RUN' && markup`<p class="fix"><b>Likely fix</b> ${check.fix}</p>`}
<p>Proves ${check.requirements.join(', ')} · decided in ${check.record} · ${check.requests} requests · <code>${check.source.file}:${check.source.line}</code></p>
</div>
</details>
`
}

const openWhere = (open: boolean): Markup | false => open && markup` open`

/** Drawn, not styled: a policy that forbids inline styles does not touch it. */
const bar = (ms: number, slowestMs: number): Markup | false => {
  if (ms <= 0) return markup`<span></span>`
  const width = Math.max(2, Math.round((100 * ms) / Math.max(1, slowestMs)))
  return markup`<svg class="bar" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="5"/></svg>`
}

const findingOf = (finding: ReportedFinding): Markup => {
  const { verdict, expected, observed, request, response } = finding
  return markup`<div class="finding ${verdict}">
<dl><dt>Expected</dt><dd>${expected}</dd><dt>Observed</dt><dd class="seen">${observed}</dd></dl>
${request && markup`<div><button type="button" class="copy scripted">copy</button><pre>${request.curl}</pre></div>`}
${response && responseOf(response, request)}
</div>
`
}

const responseOf = (
  { status, headers, body, bytes }: NonNullable<ReportedFinding['response']>,
  request: ReportedFinding['request'],
): Markup => {
  const lines = [`HTTP ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const tries = request && request.attempts > 1 ? `, ${request.attempts} attempts` : ''
  return markup`<details class="more"><summary>Answer: status ${status}, ${bytes} bytes${request ? ` in ${duration(request.ms)}` : ''}${tries}</summary><pre>${lines.join('\n')}

${body}</pre></details>`
}
