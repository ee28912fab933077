import type { ActiveCheck, Check } from './check.ts'
import { type CheckContext, ControlFailed, Inapplicable } from './check-context.ts'
import { Unsent } from './http/transport.ts'
import { type Finding, type NotRun, type Result, verdictOf } from './verdict.ts'

export const resultFrom = (
  { id }: Check,
  findings: Result['findings'],
  undone?: NotRun,
  cost = { ms: 0, requests: 0 },
): Result => ({
  id,
  verdict: undone ? 'NOT-RUN' : verdictOf(findings),
  findings,
  ...cost,
  ...undone,
})

/** Why a check broke off without a verdict; undefined where what was thrown says nothing of that. */
export const undoneBy = (error: unknown): NotRun | undefined => {
  if (error instanceof Inapplicable) return { reason: error.message, waived: true }
  return error instanceof Unsent ? { reason: error.message } : undefined
}

/** What is said where a check threw and nobody knows why. */
export const unforeseen = (error: unknown): Finding => ({
  verdict: 'INCONCLUSIVE',
  expected: 'answers in the shape of the contract, which the check can go on with',
  observed: `another (see G-02), or a fault of the suite: ${error instanceof Error ? `${error.name}: ${error.message}` : 'it threw'}`,
})

/** Runs it to its end. A check throws unforeseen where answers have a shape that nobody foresaw. */
export const attempt = async (check: ActiveCheck, context: CheckContext): Promise<Result> => {
  const { findings } = context
  const since = performance.now()
  let stopped: NotRun | undefined
  try {
    await check.run(context)
  } catch (error) {
    stopped = undoneBy(error)
    if (!stopped && !(error instanceof ControlFailed)) findings.push(unforeseen(error))
  }
  const cost = { ms: performance.now() - since, requests: context.requests }
  return resultFrom(check, findings, findings.length === 0 ? stopped : undefined, cost)
}

/**
 * A check that ends early leaves requests behind that nobody waits for any more. What becomes of them would otherwise
 * end the process as an unhandled rejection.
 */
export const forgetAbandoned = (): void => {
  process.on('unhandledRejection', (error) => {
    const isExpected = [Unsent, ControlFailed, Inapplicable].some((it) => error instanceof it)
    if (!isExpected) throw error
  })
}
