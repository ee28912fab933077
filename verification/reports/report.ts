import type { Group } from '../engine/check.ts'
import type { Dimension } from '../engine/matrix.ts'
import type { Level } from '../engine/setting-values.ts'
import type { Severity, Verdict } from '../engine/verdict.ts'

/** One run as `report.json` holds it. Everything else that is written about a run derives from this alone. */
export interface Report {
  format: 1
  outcome: Outcome
  /** what kept checks from a verdict from the first, the gravest first */
  obstacles: string[]
  /** why this is not the whole picture, a sentence each; empty where everything ran */
  partial: string[]
  run: {
    id: string
    startedAt: string
    endedAt: string
    ms: number
    level: Level
    /** repeats its walks as VERIFY_SEED */
    seed: number
  }
  suite: { version: string; commit: string | null; node: string }
  target: { url: string; release: string | null; environment: string | null }
  counts: {
    verdicts: Counts
    severities: Record<Severity, Counts>
    groups: { group: Group; name: string; counts: Counts; ms: number }[]
  }
  /** what could run at each level, and what did */
  coverage: { level: Level; declared: number; ran: number }[]
  /** operations by methods against what is tried on them: how much was declared, and got an answer */
  matrix: {
    rows: {
      route: string
      method: string
      path: string
      shares: Partial<Record<Dimension, { declared: number; covered: number }>>
    }[]
    /** by the check that was to cover them, with the reason where it was not run */
    uncovered: { check: string; reason: string | null; cells: string[] }[]
  }
  notRun: { reason: string; waived: boolean; checks: string[] }[]
  requests: { sent: number; limit: number }
  latency: Latency
  /** the clock of the target less ours, to about half a second */
  clockSkewMs: number | null
  cleanUp: { verdict: Verdict; detail: string }
  checks: ReportedCheck[]
}

export type Counts = Record<Verdict, number>

export interface Latency {
  /** the first answer of all, connection included */
  coldMs: number | null
  /** those over connections that were open */
  warm: { count: number; p50Ms: number; p95Ms: number; maxMs: number } | null
}

export const outcomes = ['passed', 'failed', 'inconclusive', 'slow'] as const

export interface Outcome {
  verdict: (typeof outcomes)[number]
  exitCode: number
  sentence: string
}

export interface ReportedCheck {
  id: string
  promise: string
  group: Group
  severity: Severity
  requirements: string[]
  record: string
  fix: string
  /** where it is written, relative to the root of the project */
  source: { file: string; line: number }
  verdict: Verdict
  /** why it was not run */
  reason: string | null
  waived: boolean
  ms: number
  requests: number
  findings: ReportedFinding[]
}

export interface ReportedFinding {
  verdict: 'FAIL' | 'WARN' | 'INCONCLUSIVE'
  expected: string
  observed: string
  /** one line, or the lines of a script where it takes several requests */
  request: { curl: string; route: string; attempts: number; ms: number } | null
  response: { status: number; headers: [string, string][]; body: string; bytes: number } | null
}

export const verdicts: readonly Verdict[] = ['FAIL', 'INCONCLUSIVE', 'WARN', 'NOT-RUN', 'PASS']
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** A report from its text. @throws Error that completes the name of the file */
export const parseReport = (text: string): Report => {
  try {
    const report = JSON.parse(text) as Report
    // Older reports have none.
    report.matrix ??= { rows: [], uncovered: [] }
    report.obstacles ??= []
    if (report.format === 1 && report.checks.every(({ id, findings }) => id && findings))
      return report
  } catch {
    // Told below.
  }
  throw new Error('is no report of this suite: give a report.json that it wrote')
}
