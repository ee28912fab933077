import { createHash } from 'node:crypto'
import { type Group, groups } from '../../engine/check.ts'
import type { Severity } from '../../engine/verdict.ts'
import type { Report, ReportedCheck, ReportedFinding } from '../report.ts'

/** GitHub shows scores of 9 and above as critical, then 7, 4 and the rest. */
const grades = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '3.0' },
  info: { level: 'note', score: '0.5' },
} as const satisfies Readonly<Record<Severity, object>>

const owasp = 'https://owasp.org/API-Security/editions/2023/en'
const rfc = 'https://www.rfc-editor.org/rfc'

/** What the standards say of each group, for whoever fixes a server in any language. */
const pages: Readonly<Record<Group, string>> = {
  R: 'https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html',
  H: `${rfc}/rfc9110.html#name-503-service-unavailable`,
  A: `${rfc}/rfc8725.html`,
  I: `${owasp}/0xa1-broken-object-level-authorization/`,
  C: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
  X: `${owasp}/0xa8-security-misconfiguration/`,
  V: `${rfc}/rfc9457.html`,
  D: `${rfc}/rfc9110.html#name-conditional-requests`,
  P: `${owasp}/0xa4-unrestricted-resource-consumption/`,
  G: 'https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html',
  S: `${rfc}/rfc9110.html#name-safe-methods`,
}

/**
 * SARIF 2.1.0. What passed is no result: code scanning takes every result for an alert, whatever its kind
 * (github.com/microsoft/PSRule/issues/955). Every result has a place in a file, the check's own: one without
 * makes GitHub refuse the whole (github.com/github/codeql-action/issues/2459).
 */
export const sarifOf = (report: Report): string => {
  const index = new Map(report.checks.map(({ id }, place) => [id, place]))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Live verification',
            version: report.suite.version,
            semanticVersion: report.suite.version,
            rules: report.checks.map(ruleOf),
          },
        },
        automationDetails: { id: `live-verification/${report.run.id}` },
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the project' } } },
        invocations: [
          {
            executionSuccessful: report.outcome.verdict !== 'inconclusive',
            startTimeUtc: report.run.startedAt,
            endTimeUtc: report.run.endedAt,
            exitCode: report.outcome.exitCode,
            toolExecutionNotifications: report.notRun.map(({ reason, waived, checks }) => ({
              level: waived ? 'note' : 'warning',
              message: { text: `${checks.join(', ')} not run: ${reason}` },
            })),
          },
        ],
        results: report.checks.flatMap((check) => resultsOf(check, index.get(check.id) ?? 0)),
        properties: { target: report.target, outcome: report.outcome, partial: report.partial },
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

const locationOf = ({ source }: ReportedCheck) => ({
  physicalLocation: {
    artifactLocation: { uri: source.file, uriBaseId: '%SRCROOT%' },
    region: { startLine: source.line },
  },
})

/** Readers of rules want a name of one word, its parts in capitals (SARIF 2.1.0 §3.49.7). */
const nameOf = (promise: string): string =>
  (promise.match(/[\p{L}\d]+/gu) ?? [])
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

const ruleOf = (check: ReportedCheck) => ({
  id: check.id,
  name: nameOf(check.promise),
  shortDescription: { text: `The service ${check.promise}.` },
  fullDescription: {
    text: `${groups[check.group]}: the service ${check.promise}. It answers ${check.requirements.join(', ')} and is decided in ${check.record}.`,
  },
  help: {
    text: `Likely fix: ${check.fix}. The check is ${check.id} in ${check.source.file}.`,
    markdown: `**Likely fix**: ${check.fix}.\n\n**Check**: \`${check.id}\` in \`${check.source.file}\`, line ${check.source.line}.\n\n**Why**: ${check.record}, for ${check.requirements.join(', ')}.`,
  },
  helpUri: pages[check.group],
  defaultConfiguration: { level: grades[check.severity].level },
  properties: {
    tags: ['security', groups[check.group], ...check.requirements, check.record],
    precision: 'very-high',
    'security-severity': grades[check.severity].score,
  },
})

/** One for each route that is concerned: the same again would be one alert all the same. */
const resultsOf = (check: ReportedCheck, ruleIndex: number) => {
  const byRoute = new Map<string, ReportedFinding[]>()
  for (const finding of check.findings) {
    const route = finding.request?.route ?? ''
    byRoute.set(route, [...(byRoute.get(route) ?? []), finding])
  }
  return [...byRoute].flatMap(([route, [first, ...others]]) => {
    if (!first) return []
    const open = first.verdict === 'INCONCLUSIVE'
    const more = others.length > 0 ? ` (and ${others.length} more like it)` : ''
    return [
      {
        ruleId: check.id,
        ruleIndex,
        kind: open ? 'open' : 'fail',
        level: open ? 'none' : first.verdict === 'WARN' ? 'note' : grades[check.severity].level,
        message: {
          text: `The service should be one that ${check.promise}. Expected ${first.expected}; observed ${first.observed}${more}. Likely fix: ${check.fix}.`,
        },
        locations: [locationOf(check)],
        partialFingerprints: {
          'checkAndRoute/v1': createHash('sha256').update(`${check.id} ${route}`).digest('hex'),
        },
        properties: { route, curl: first.request?.curl ?? null, severity: check.severity },
      },
    ]
  })
}
