import type { Check } from '../../../verification/engine/check.ts'
import type { Report } from '../../../verification/reports/report.ts'
import type { Standing } from '../page/page.ts'

/** What is known of a proof, and why it is not more. */
export interface Evidence {
  standing: Standing
  remark: string
}

const notProved = (remark: string): Evidence => ({ standing: 'not proved', remark })

/** What the last run of the live suite says about each check as it is worded today. */
export const liveEvidence = (report: Report | undefined) => {
  const byId = new Map(report?.checks.map((check) => [check.id, check]))
  return ({ id, promise }: Pick<Check, 'id' | 'promise'>): Evidence => {
    const known = byId.get(id)
    if (!known) return notProved('no recorded run knows it')
    if (known.promise !== promise) return notProved('it promised something else when it was run')
    switch (known.verdict) {
      case 'PASS':
        return { standing: 'proved', remark: '' }
      case 'WARN':
        return { standing: 'partly proved', remark: known.findings[0]?.observed ?? 'a warning' }
      case 'FAIL':
        return { standing: 'broken', remark: known.findings[0]?.observed ?? '' }
      case 'INCONCLUSIVE':
        return notProved('inconclusive')
      case 'NOT-RUN':
        return notProved(`not run: ${known.reason ?? 'no reason was given'}`)
      default:
        return notProved('an unknown verdict')
    }
  }
}

/** The checks of the report that there are no more: what they proved is promised by nobody now. */
export const orphans = (report: Report | undefined, checks: readonly Check[]): string[] => {
  const ids = new Set(checks.map(({ id }) => id))
  return (report?.checks ?? []).map(({ id }) => id).filter((id) => !ids.has(id))
}

/** What the tests that are written in one file came to. */
export interface TestRun {
  passed: number
  failed: number
  skipped: number
}

/** What `tests.json` holds: one run of the tests that confirm records. */
export interface TestRuns {
  when: string
  commit: string
  node: string
  files: Readonly<Record<string, TestRun>>
}

/**
 * A file proves by its tests having run and passed, wherever they ran. Those of a port's contract are run by
 * others, none of which may have failed.
 */
export const testEvidence =
  (runs: TestRuns | undefined, runnersOf: (path: string) => readonly string[]) =>
  (path: string): Evidence => {
    const files = [path, ...(path.endsWith('.contract.ts') ? runnersOf(path) : [])]
    if (files.some((file) => (runs?.files[file]?.failed ?? 0) > 0))
      return { standing: 'broken', remark: 'failed' }
    const { passed, skipped } = runs?.files[path] ?? { passed: 0, skipped: 0 }
    if (passed === 0) return notProved('no recorded run')
    return { standing: 'proved', remark: skipped > 0 ? `${skipped} skipped` : '' }
  }

/** What several proofs come to together. */
export const together = (all: readonly Evidence[]): Standing => {
  const standings = all.map(({ standing }) => standing)
  if (standings.includes('broken')) return 'broken'
  if (standings.every((it) => it === 'not proved')) return 'not proved'
  return standings.every((it) => it === 'proved') ? 'proved' : 'partly proved'
}
