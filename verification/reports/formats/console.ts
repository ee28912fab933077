import { styleText } from 'node:util'
import type { Verdict } from '../../engine/verdict.ts'
import { matrixShare } from '../matrix.ts'
import type { Report, ReportedCheck, ReportedFinding } from '../report.ts'
import { verdicts } from '../report.ts'

/** More of one kind hide the first, which is read. */
const TOLD_MAX = 20
const FINDINGS_MAX = 2
const SLOWEST = 3
const WIDTH = 100

const colours = {
  FAIL: 'red',
  INCONCLUSIVE: 'magenta',
  WARN: 'yellow',
  'NOT-RUN': 'gray',
  PASS: 'green',
} as const

export type Paint = (verdict: Verdict, text: string) => string

/** Colours for a terminal that wants them (no-color.org). */
export const painter = (coloured: boolean): Paint =>
  coloured ? (verdict, text) => styleText(colours[verdict], text) : (_, text) => text

/** A run as a person at a terminal wants it: what is wrong first, with all that is needed to see it again. */
export const consoleLines = (
  report: Report,
  files: readonly string[],
  paint: Paint = painter(false),
): string[] => [
  ...report.obstacles.flatMap((reason) => [paint('INCONCLUSIVE', reason), '']),
  ...troubleLines(report, paint),
  ...headLines(report, paint),
  '',
  ...(report.coverage.some(({ ran }) => ran > 0)
    ? [...groupLines(report, paint), '', ...figureLines(report)]
    : []),
  ...notRunLines(report),
  ...files.map((file, index) => `${index === 0 ? 'Reports    ' : '           '}${file}`),
]

const troubleLines = ({ checks }: Report, paint: Paint): string[] => {
  const due = verdicts
    .filter((verdict) => ['FAIL', 'INCONCLUSIVE', 'WARN'].includes(verdict))
    .flatMap((verdict) => checks.filter((check) => check.verdict === verdict))
  const lines = due.slice(0, TOLD_MAX).flatMap((check) => [...checkLines(check, paint), ''])
  const rest = due.slice(TOLD_MAX)
  if (rest.length > 0)
    lines.push(
      `And ${rest.length} more, told in the report: ${idsOf(rest.map(({ id }) => id))}`,
      '',
    )
  return lines
}

const checkLines = (check: ReportedCheck, paint: Paint): string[] => {
  const { verdict, id, promise, severity, requirements, record, findings, fix } = check
  const more = findings.length - FINDINGS_MAX
  return [
    `${paint(verdict, verdict)} ${id} · ${promise} (${[severity, ...requirements, record].join(', ')})`,
    ...findings.slice(0, FINDINGS_MAX).flatMap(findingLines),
    ...(more > 0 ? [`  and ${more} more like it`] : []),
    `  fix      ${fix}`,
  ]
}

const findingLines = ({ request, expected, observed }: ReportedFinding): string[] => [
  ...(request ? [`  sent     ${request.curl.replaceAll('\n', '\n           ')}`] : []),
  `  expected ${expected}`,
  `  observed ${observed}`,
]

const headLines = ({ outcome, target, run, partial, requests }: Report, paint: Paint): string[] => {
  const verdict = {
    passed: 'PASS',
    failed: 'FAIL',
    inconclusive: 'INCONCLUSIVE',
    slow: 'WARN',
  } as const
  return [
    paint(verdict[outcome.verdict], `${outcome.verdict.toUpperCase()}: ${outcome.sentence}`),
    `${target.url}, environment ${target.environment ?? 'unknown'}, release ${target.release ?? 'unknown'}`,
    `${(run.ms / 1000).toFixed(1)} s, ${requests.sent} requests, run ${run.id}, level ${run.level}, seed ${run.seed}`,
    ...(partial[0] ? [paint('NOT-RUN', `PARTIAL RUN: ${partial[0]}`)] : []),
  ]
}

const groupLines = ({ counts }: Report, paint: Paint): string[] =>
  counts.groups.map(({ name, counts: own }) => {
    const told = verdicts
      .toReversed()
      .filter((verdict) => own[verdict] > 0)
      .map((verdict) => paint(verdict, `${own[verdict]} ${verdict}`))
    return `  ${name.padEnd(22)} ${told.join('  ')}`
  })

const figureLines = (report: Report): string[] => {
  const { coverage, latency, clockSkewMs, cleanUp, checks } = report
  const { covered, declared: due } = matrixShare(report.matrix)
  const { warm, coldMs } = latency
  const levels = coverage.map(({ level, ran, declared }) => `${level} ${ran}/${declared}`)
  const skew = clockSkewMs === null ? 'unknown' : `${(clockSkewMs / 1000).toFixed(1)} s`
  const slowest = checks
    .filter(({ ms }) => ms > 0)
    .sort((one, two) => two.ms - one.ms)
    .slice(0, SLOWEST)
    .map(({ id, ms }) => `${id} ${ms} ms`)
  return [
    `Coverage   ${levels.join(' · ')} · matrix ${covered}/${due}`,
    ...(warm
      ? [
          `Latency    first ${coldMs} ms · median ${warm.p50Ms} ms · 95 % ${warm.p95Ms} ms · slowest ${warm.maxMs} ms · clock ${skew}`,
        ]
      : []),
    ...(slowest.length > 0 ? [`Slowest    ${slowest.join(' · ')}`] : []),
    `Cleared up ${cleanUp.verdict === 'PASS' ? 'yes' : `${cleanUp.verdict}: ${cleanUp.detail}`}`,
  ]
}

const notRunLines = ({ notRun }: Report): string[] =>
  notRun.map(({ reason, waived, checks }, index) => {
    const label = index === 0 ? 'Not run    ' : '           '
    return `${label}${checks.length} ${reason}${waived ? '' : ' (a gap)'}: ${idsOf(checks)}`
  })

/** Ids as far as a line goes. */
const idsOf = (ids: readonly string[]): string => {
  const told: string[] = []
  for (const id of ids) {
    if ([...told, id].join(' ').length > WIDTH / 2) return `${told.join(' ')} …`
    told.push(id)
  }
  return told.join(' ')
}
