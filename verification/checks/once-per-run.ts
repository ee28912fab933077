import { type CheckContext, ControlFailed } from '../engine/check-context.ts'

/**
 * Something that several checks of one run look at and that is sent only once: every request is an imposition.
 * The first check that asks sends it. Where it cannot be had, none of those that ask may pass.
 */
export const oncePerRun = <T>(
  make: (context: CheckContext) => Promise<T>,
): ((context: CheckContext) => Promise<T>) => {
  const made = new Map<string, Promise<T>>()
  return async (context) => {
    const one = made.get(context.runId) ?? make(context)
    made.set(context.runId, one)
    try {
      return await one
    } catch (error) {
      if (error instanceof ControlFailed && context.findings.length === 0)
        context.findings.push({
          verdict: 'INCONCLUSIVE',
          expected: 'control: what several checks share can be set up',
          observed: 'it could not: see the other checks of this group',
        })
      throw error
    }
  }
}
