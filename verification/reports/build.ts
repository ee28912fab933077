import { resultFrom } from '../engine/attempt.ts'
import { type Check, groupOf } from '../engine/check.ts'
import { REQUESTS_MAX } from '../engine/http/transport.ts'
import type { Finished, Run } from '../engine/run.ts'
import { coverageOf, groupsIn, notRunOf, partialOf } from './coverage.ts'
import { reportedFinding } from './finding.ts'
import { matrixOf } from './matrix.ts'
import { outcomeOf } from './outcome.ts'
import { suiteProvenance, targetProvenance } from './provenance.ts'
import type { Redact } from './redact.ts'
import { type Report, type ReportedCheck, severities } from './report.ts'
import { sourcesOf } from './sources.ts'
import { clockSkewOf, countsOf, latencyOf } from './statistics.ts'

/** One after the other until they would fill a report with the same. */
const FINDINGS_MAX = 10
const unreported = { reason: 'the run ended before it' }

/** The report of a run that is over. Every text of it has been through redaction. */
export const buildReport = (
  { settings, runId, startedAt }: Run,
  { results, obstacles, transport, ms }: Finished,
  declared: readonly Check[],
  redact: Redact,
): Report => {
  const byId = new Map(results.map((result) => [result.id, result]))
  const sourceOf = sourcesOf()
  const checks = declared.map((check): ReportedCheck => {
    const result = byId.get(check.id) ?? resultFrom(check, [], unreported)
    return {
      id: check.id,
      promise: check.promise,
      group: groupOf(check.id),
      severity: check.severity,
      requirements: [...check.requirements],
      record: check.record,
      fix: check.fix,
      source: sourceOf(check.id),
      verdict: result.verdict,
      reason: result.reason === undefined ? null : redact(result.reason),
      waived: result.waived ?? false,
      ms: Math.round(result.ms),
      requests: result.requests,
      findings: result.findings
        .slice(0, FINDINGS_MAX)
        .map((finding) => reportedFinding(finding, settings, redact)),
    }
  })
  const reasons = obstacles.map(redact)
  const coverage = coverageOf(declared, checks)
  const notRun = notRunOf(checks)
  return {
    format: 1,
    outcome: outcomeOf(checks, reasons),
    obstacles: reasons,
    partial: partialOf(checks, notRun),
    run: {
      id: runId,
      startedAt: startedAt.toISOString(),
      endedAt: new Date(startedAt.getTime() + ms).toISOString(),
      ms: Math.round(ms),
      level: settings.level,
      seed: settings.seed,
    },
    suite: suiteProvenance(),
    target: { url: settings.target.origin, ...targetProvenance(transport.exchanges, redact) },
    counts: {
      verdicts: countsOf(checks),
      severities: Object.fromEntries(
        severities.map((it) => [it, countsOf(checks.filter(({ severity }) => severity === it))]),
      ) as Report['counts']['severities'],
      groups: groupsIn(checks),
    },
    coverage,
    matrix: matrixOf(declared, checks, transport.exchanges),
    notRun,
    requests: { sent: transport.sent, limit: REQUESTS_MAX },
    latency: latencyOf(transport.exchanges),
    clockSkewMs: clockSkewOf(transport.exchanges),
    cleanUp: cleanUpIn(checks),
    checks,
  }
}

const cleanUpIn = (checks: readonly ReportedCheck[]): Report['cleanUp'] => {
  const check = checks.find(({ id }) => id === 'S-02')
  const verdict = check?.verdict ?? 'NOT-RUN'
  const seen = check?.findings[0]?.observed
  if (verdict === 'NOT-RUN') return { verdict, detail: 'nothing was created' }
  return { verdict, detail: verdict === 'PASS' ? 'nothing is left' : (seen ?? 'not looked at') }
}
