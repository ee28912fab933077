import type { Outcome, ReportedCheck } from './report.ts'

/** What the exit codes of `npm run verify` mean. The pages that tell them show this table. */
export const exitCodes = {
  passed: {
    code: 0,
    meaning: 'every promise kept that was asked for; warnings do not count as kept',
  },
  failed: { code: 1, meaning: 'a promise broken, or a report that would have held a secret' },
  misconfigured: { code: 2, meaning: 'not started: a variable is missing or wrong' },
  inconclusive: { code: 3, meaning: 'nothing broken, but not everything has a verdict' },
  slow: { code: 4, meaning: 'every promise kept, but not within a minute' },
  interrupted: { code: 130, meaning: 'interrupted by SIGINT or SIGTERM, and cleared up' },
} as const

/** About the suite's own pace: a target must not be called faulty for it. */
const PACE = 'S-03'

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/**
 * What a run comes to. A failure outweighs everything; what could not be told comes before slowness. Nothing
 * but a run without gaps passes: a suite that skips what it cannot reach would be green when it should not.
 */
export const outcomeOf = (
  checks: readonly ReportedCheck[],
  obstacles: readonly string[] = [],
): Outcome => {
  const failed = checks.filter(({ id, verdict }) => verdict === 'FAIL' && id !== PACE)
  const unclear = checks.filter(({ verdict }) => verdict === 'INCONCLUSIVE')
  const undone = checks.filter(({ verdict, waived }) => verdict === 'NOT-RUN' && !waived)
  const kept = checks.filter(({ verdict }) => verdict === 'PASS')
  const warned = checks.filter(({ verdict }) => verdict === 'WARN')
  const slow = checks.some(({ id, verdict }) => verdict === 'FAIL' && id === PACE)
  const [reason = kept.length + warned.length === 0 ? undone[0]?.reason : undefined] = obstacles
  const outcome = (verdict: Outcome['verdict'], sentence: string): Outcome => ({
    verdict,
    exitCode: exitCodes[verdict].code,
    sentence: reason ? `${reason}. ${sentence}` : sentence,
  })
  if (failed.length > 0) {
    const critical = failed.filter(({ severity }) => severity === 'critical').length
    const weight = critical > 0 ? `, ${critical} critical` : ''
    return outcome('failed', `${plural(failed.length, 'promise')} broken${weight}`)
  }
  if (kept.length + warned.length === 0) return outcome('inconclusive', 'Nothing could be verified')
  if (unclear.length + undone.length > 0) {
    const open = plural(unclear.length + undone.length, 'check')
    return outcome('inconclusive', `No promise broken, but ${open} without a verdict`)
  }
  const sentence = `${plural(kept.length, 'promise')} kept${warned.length > 0 ? `, ${plural(warned.length, 'warning')}` : ''}`
  return slow
    ? outcome('slow', `${sentence}, but the run took too long`)
    : outcome('passed', sentence)
}
