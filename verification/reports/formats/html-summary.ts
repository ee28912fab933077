import type { Verdict } from '../../engine/verdict.ts'
import { type Counts, type Report, severities, verdicts } from '../report.ts'
import { duration, marks } from './html-check.ts'
import { type Markup, markup } from './markup.ts'

/** The verdict as a headline, whose it is, and whether it is all there is to say. */
export const headOf = ({ outcome, partial, target, run, notRun }: Report): Markup => {
  const gap = notRun.some(({ waived }) => !waived)
  return markup`<header class="${outcome.verdict}">
<div class="eyebrow"><span>Live verification</span><button type="button" class="chip toggle scripted">light / dark</button></div>
<h1>${outcome.sentence}</h1>
<p class="lead"><strong>${target.url}</strong> on ${moment(run.startedAt)}${target.environment && markup`, environment <strong>${target.environment}</strong>`}, release <strong>${target.release ?? 'unknown'}</strong></p>
</header>
${
  partial.length > 0 &&
  markup`<aside class="panel partial ${gap ? 'INCONCLUSIVE' : 'NOT-RUN'}"><b>This is a partial run: ${partial[0]}.</b>
<ul>${partial.slice(1).map((line) => markup`<li>${line}</li>`)}</ul></aside>`
}
`
}

const moment = (iso: string): string => `${iso.slice(0, 10)} at ${iso.slice(11, 19)} UTC`

/** How much of what, as one bar and as buttons that filter. */
export const tallyOf = ({ counts, checks }: Report): Markup => {
  let x = 0
  const seen = verdicts.toReversed().filter((verdict) => counts.verdicts[verdict] > 0)
  const parts = seen.map((verdict) => {
    const width = (100 * counts.verdicts[verdict]) / Math.max(1, checks.length)
    const part = markup`<rect class="${verdict}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="10"/>`
    x += width
    return part
  })
  const chips = seen.map((verdict) => {
    const label = markup`<span class="dot"></span><b>${counts.verdicts[verdict]}</b> ${marks[verdict].word}`
    return markup`<button type="button" class="chip ${verdict}" data-verdict="${verdict}" aria-pressed="true">${label}</button>`
  })
  return markup`<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="share of each verdict">${parts}</svg>
<div class="tally">${chips}</div>
`
}

const fact = (name: string, value: string, note?: string | false): Markup =>
  markup`<div><dt>${name}</dt><dd>${value}${note && markup` <small>${note}</small>`}</dd></div>`

const skewOf = (ms: number | null): [string, string?] =>
  ms === null
    ? ['unknown']
    : [`${(Math.abs(ms) / 1000).toFixed(1)} s`, ms < 0 ? 'behind ours' : 'ahead of ours']

export const factsOf = (report: Report): Markup => {
  const { run, requests, latency, clockSkewMs, cleanUp, suite } = report
  const { warm, coldMs } = latency
  return markup`<dl class="panel facts">
${fact('Took', duration(run.ms))}
${fact('Requests', `${requests.sent}`, `of at most ${requests.limit}`)}
${fact('First answer', coldMs === null ? 'none' : duration(coldMs))}
${fact('Answers, median', warm ? duration(warm.p50Ms) : 'none')}
${fact('95 %, slowest', warm ? `${duration(warm.p95Ms)}, ${duration(warm.maxMs)}` : 'none')}
${fact('Clock', ...skewOf(clockSkewMs))}
${fact('Clearing up', cleanUp.verdict === 'PASS' ? 'complete' : cleanUp.verdict, cleanUp.verdict !== 'PASS' && cleanUp.detail)}
${fact('Level', run.level)}
${fact('Run', run.id, `seed ${run.seed}`)}
${fact('Suite', suite.version, suite.commit?.slice(0, 10))}
${fact('Node', suite.node)}
</dl>
`
}

const cell = (verdict: string, count: number): Markup =>
  count > 0 ? markup`<td class="some ${verdict}">${count}</td>` : markup`<td class="none">·</td>`

/** A row for each, a column for each verdict that occurs at all, the gravest first. */
const tableOf = (
  heading: string,
  columns: readonly Verdict[],
  rows: readonly { name: Markup | string; counts: Counts }[],
): Markup => markup`<table><tr><th scope="col">${heading}</th>${columns.map(
  (verdict) => markup`<th scope="col">${marks[verdict].word}</th>`,
)}</tr>
${rows.map(
  ({ name, counts }) =>
    markup`<tr><td>${name}</td>${columns.map((verdict) => cell(verdict, counts[verdict]))}</tr>
`,
)}</table>`

export const tablesOf = ({ counts, coverage }: Report): Markup => {
  const columns = verdicts.filter((verdict) => counts.verdicts[verdict] > 0)
  const groups = counts.groups.map(({ group, name, counts: own }) => ({
    name: markup`<a href="#group-${group}">${name}</a>`,
    counts: own,
  }))
  const grave = severities.map((name) => ({ name, counts: counts.severities[name] }))
  const levels = coverage.map(
    ({ level, declared, ran }) => markup`<tr><td>${level}</td><td>${ran} of ${declared}</td></tr>
`,
  )
  return markup`<h2>Where and how grave</h2>
<div class="columns">
<div class="panel scroll">${tableOf('Group', columns, groups)}</div>
<div class="stack"><div class="panel scroll">${tableOf('Severity', columns, grave)}</div>
<div class="panel scroll"><table><tr><th scope="col">Level of access</th><th scope="col">checks that ran</th></tr>
${levels}</table></div></div>
</div>
`
}
