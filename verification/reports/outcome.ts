import type { Outcome, ReportedCheck } from './report.ts'

/** The exit code of a run that was interrupted: 128 and the number of SIGINT. */
export const INTERRUPTED = 130
export const MISCONFIGURED = 2

/** About the suite's own pace: a target must not be called faulty for it. */
const PACE = 'S-03'

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/**
 * What a run comes to. A failure outweighs everything; what could not be told comes before slowness. Nothing
 * but a run without gaps passes: a suite that skips what it cannot reach would be green when it should not.
 */
export const outcomeOf = (checks: readonly ReportedCheck[]): Outcome => {
  const failed = checks.filter(({ id, verdict }) => verdict === 'FAIL' && id !== PACE)
  const unclear = checks.filter(({ verdict }) => verdict === 'INCONCLUSIVE')
  const undone = checks.filter(({ verdict, waived }) => verdict === 'NOT-RUN' && !waived)
  const passed = checks.filter(({ verdict }) => verdict === 'PASS' || verdict === 'WARN')
  const slow = checks.some(({ id, verdict }) => verdict === 'FAIL' && id === PACE)
  if (failed.length > 0) {
    const critical = failed.filter(({ severity }) => severity === 'critical').length
    const weight = critical > 0 ? `, ${critical} critical` : ''
    return {
      verdict: 'failed',
      exitCode: 1,
      sentence: `${plural(failed.length, 'promise')} broken${weight}`,
    }
  }
  if (passed.length === 0) {
    const reason = undone[0]?.reason
    const sentence = `Nothing could be verified${reason ? `: ${reason}` : ''}`
    return { verdict: 'inconclusive', exitCode: 3, sentence }
  }
  if (unclear.length + undone.length > 0)
    return {
      verdict: 'inconclusive',
      exitCode: 3,
      sentence: `No promise broken, but ${plural(unclear.length + undone.length, 'check')} without a verdict`,
    }
  if (slow)
    return {
      verdict: 'slow',
      exitCode: 4,
      sentence: 'Every promise kept, but the run took too long',
    }
  return { verdict: 'passed', exitCode: 0, sentence: `${plural(passed.length, 'promise')} kept` }
}
