import { appendFileSync } from 'node:fs'
import { dimensions } from '../../engine/matrix.ts'
import { matrixShare } from '../matrix.ts'
import type { Secret } from '../redact.ts'
import { type Report, type ReportedCheck, verdicts } from '../report.ts'
import { assertClean } from '../secrets.ts'
import { printable } from './markup.ts'

const TOLD_MAX = 20
const signs = { passed: '✅', failed: '❌', inconclusive: '❓', slow: '🐢' } as const

/** The head of the report on the page of a job, where there is one (GITHUB_STEP_SUMMARY). @throws SecretFound */
export const appendStepSummary = (
  report: Report,
  { GITHUB_STEP_SUMMARY: file }: NodeJS.ProcessEnv,
  secrets: readonly Secret[],
): void => {
  if (!file) return
  const text = stepSummaryOf(report)
  assertClean({ GITHUB_STEP_SUMMARY: text }, secrets)
  appendFileSync(file, text)
}

/** The same for what has no report. The lines are ours, or `literal`. */
export const appendToPage = (
  heading: string,
  lines: readonly string[],
  { GITHUB_STEP_SUMMARY: file }: NodeJS.ProcessEnv,
): void => {
  if (file) appendFileSync(file, `## ${heading}\n\n${lines.join('\n\n')}\n`)
}

/** Nothing was asked: the variables do not let it. */
export const appendRefusal = (problems: readonly string[], env: NodeJS.ProcessEnv): void =>
  appendToPage(`${signs.inconclusive} Nothing was verified`, problems, env)

export const stepSummaryOf = (report: Report): string => {
  const { outcome, target, run, requests, partial, counts } = report
  const columns = verdicts.filter((verdict) => counts.verdicts[verdict] > 0)
  const groups = counts.groups.map(({ name, counts: own }) => [
    name,
    ...columns.map((verdict) => (own[verdict] > 0 ? String(own[verdict]) : '·')),
  ])
  return `${[
    `## ${signs[outcome.verdict]} ${literal(outcome.sentence)}`,
    `${literal(target.url)}, environment ${literal(target.environment ?? 'unknown')}, release ${literal(target.release ?? 'unknown')}, ${(run.ms / 1000).toFixed(1)} s, ${requests.sent} requests, level ${run.level}, seed ${run.seed}`,
    ...(partial.length > 0 ? [partial.map((line) => `- ${literal(line)}`).join('\n')] : []),
    ...failuresOf(report),
    table(['Group', ...columns], groups),
    ...matrixOf(report),
  ].join('\n\n')}\n`
}

const failuresOf = ({ checks }: Report): string[] => {
  const due = verdicts
    .filter((verdict) => ['FAIL', 'INCONCLUSIVE', 'WARN'].includes(verdict))
    .flatMap((verdict) => checks.filter((check) => check.verdict === verdict))
  const more = due.length - TOLD_MAX
  return [
    ...due.slice(0, TOLD_MAX).map(failureOf),
    ...(more > 0 ? [`And ${more} more, told in the report.`] : []),
  ]
}

const failureOf = ({ verdict, id, promise, severity, findings, fix }: ReportedCheck): string => {
  const [first] = findings
  const lines = [
    `**${verdict} ${id}** ${literal(promise)} (${severity})`,
    ...(first
      ? [`expected ${literal(first.expected)}`, `observed ${literal(first.observed)}`]
      : []),
    `fix: ${literal(fix)}`,
  ]
  return lines.join('<br>\n')
}

const matrixOf = ({ matrix }: Report): string[] => {
  const columns = dimensions.filter((it) => matrix.rows.some(({ shares }) => shares[it]))
  if (columns.length === 0) return []
  const { covered, declared } = matrixShare(matrix)
  const rows = matrix.rows.map(({ method, path, shares }) => [
    `${method} ${path}`,
    ...columns.map((it) => (shares[it] ? `${shares[it].covered}/${shares[it].declared}` : '·')),
  ])
  return [
    `<details><summary>What was tried on every operation: ${covered} of ${declared} cells answered</summary>`,
    table(['Operation', ...columns], rows),
    '</details>',
  ]
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(literal).join(' | ')} |`)
    .join('\n')

/** What a target answered, as text: no markup, no link, no line of its own. */
export const literal = (value: string): string =>
  printable(value)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>()#!|~&@]/g, (character) => `&#${character.charCodeAt(0)};`)
