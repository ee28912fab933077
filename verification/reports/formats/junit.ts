import type { Report, ReportedCheck, ReportedFinding } from '../report.ts'
import { type Markup, markup } from './markup.ts'

/**
 * JUnit XML with a suite for each group: viewers lose all order without. A failure is the target's, an error is
 * ours to look into: what gave no verdict, and what was not run although it should have been.
 */
export const junitOf = (report: Report): string => {
  const suites = report.counts.groups.map(({ group, name, counts, ms }) => {
    const checks = report.checks.filter((check) => check.group === group)
    const skipped = checks.filter(isSkipped).length
    const errors = counts.INCONCLUSIVE + counts['NOT-RUN'] - skipped
    return markup`  <testsuite name="${name}" tests="${checks.length}" failures="${counts.FAIL}" errors="${errors}" skipped="${skipped}" time="${seconds(ms)}" timestamp="${report.run.startedAt.slice(0, 19)}" hostname="${report.target.url}">
    <properties>
      <property name="run" value="${report.run.id}"/>
      <property name="release" value="${report.target.release ?? ''}"/>
      <property name="level" value="${report.run.level}"/>
    </properties>
${checks.map((check) => testCase(check, name))}  </testsuite>
`
  })
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${report.target.url}" tests="${report.checks.length}" time="${seconds(report.run.ms)}">
${suites}</testsuites>
`.text
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)
const isSkipped = ({ verdict, waived }: ReportedCheck) => verdict === 'NOT-RUN' && waived

const testCase = (check: ReportedCheck, suite: string): Markup =>
  markup`    <testcase name="${check.id} · ${check.promise}" classname="${suite}" file="${check.source.file}" line="${check.source.line}" time="${seconds(check.ms)}">
      <properties>
        <property name="severity" value="${check.severity}"/>
        <property name="requirements" value="${check.requirements.join(' ')}"/>
        <property name="record" value="${check.record}"/>
      </properties>
${verdictOf(check)}    </testcase>
`

const verdictOf = (check: ReportedCheck): Markup | undefined => {
  const { verdict, findings, reason } = check
  const message = findings[0]?.observed ?? reason ?? ''
  const evidence = findings.map(evidenceOf).join('\n')
  if (isSkipped(check)) return markup`      <skipped message="${message}"/>\n`
  if (verdict === 'FAIL')
    return markup`      <failure type="${check.severity}" message="${message}">${evidence}
likely fix: ${check.fix}</failure>
`
  if (verdict === 'INCONCLUSIVE' || verdict === 'NOT-RUN')
    return markup`      <error type="${verdict}" message="${message}">${evidence}</error>\n`
  return evidence === '' ? undefined : markup`      <system-out>${evidence}</system-out>\n`
}

const evidenceOf = ({ verdict, expected, observed, request, response }: ReportedFinding): string =>
  [
    `${verdict} expected ${expected}`,
    `observed ${observed}`,
    ...(request ? [request.curl] : []),
    ...(response ? [`HTTP ${response.status} ${response.body}`] : []),
  ].join('\n')
