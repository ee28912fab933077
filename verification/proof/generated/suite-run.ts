import { allChecks } from '../../checks/all.ts'
import type { Check } from '../../engine/check.ts'
import { type Run, startRun } from '../../engine/run.ts'
import { settingsOf } from '../../engine/settings.ts'
import type { Finding, Result } from '../../engine/verdict.ts'

/** A run takes some seconds, and a minute at the most; one that a mutant makes hang takes no longer than this. */
const RUN_MS = 60_000

/** How the suite takes a mutant, in Stryker's words. With the last two it would be green. */
export type Outcome =
  | 'killed'
  | 'no verdict'
  | 'timeout'
  | 'runtime error'
  | 'survived'
  | 'no coverage'

export interface MutantResult {
  outcome: Outcome
  /** the first check that failed, or all without a verdict */
  by: readonly string[]
  /** what the check expected and saw, or why the first has no verdict */
  told?: string
}

/** Whether the suite would be green with this mutant in the service. */
export const isUnseen = ({ outcome }: MutantResult): boolean =>
  outcome === 'survived' || outcome === 'no coverage'

/** Runs the suite, or some of its checks, until the first check fails or the service has ended. */
export const suiteRun = async (
  env: Readonly<Record<string, string>>,
  service: { port: number; ended?: Promise<unknown> },
  checks: readonly Check[] = allChecks,
): Promise<MutantResult> => {
  const settings = await settingsOf({ ...env, TARGET_URL: `http://127.0.0.1:${service.port}` })
  let run: Run | undefined
  let timer: NodeJS.Timeout | undefined
  const judged = new Promise<MutantResult>((resolve) => {
    timer = setTimeout(resolve, RUN_MS, { outcome: 'timeout', by: [] })
    service.ended?.then(() => resolve({ outcome: 'runtime error', by: [] }))
    run = startRun(settings, checks, (result) => {
      const [flaw] = result.findings.filter(isFlaw)
      if (flaw && result.id !== PACE) resolve(killed(result, flaw))
    })
    run.finished.then(({ results }) => resolve(withoutFailure(results)))
  })
  try {
    return await judged
  } finally {
    clearTimeout(timer)
    run?.stop('the mutant is judged')
  }
}

/** S-03 tells of the suite's own pace. */
const PACE = 'S-03'

/** How long something took is no mutant's doing: a machine that is busy with mutants is slow. */
const isFlaw = ({ verdict, observed }: Finding): boolean =>
  verdict === 'FAIL' && !/^\d+ ms$/.test(observed)

const killed = ({ id }: Result, { expected, observed }: Finding): MutantResult => ({
  outcome: 'killed',
  by: [id],
  told: `${expected}: ${observed}`,
})

const withoutFailure = (results: readonly Result[]): MutantResult => {
  const undone = results.filter(
    ({ verdict, waived }) => verdict === 'INCONCLUSIVE' || (verdict === 'NOT-RUN' && !waived),
  )
  const [first] = undone
  if (!first) return { outcome: 'survived', by: [] }
  const told = first.reason ?? first.findings.at(-1)?.observed ?? ''
  return { outcome: 'no verdict', by: undone.map(({ id }) => id), told }
}

/** A busy machine may spoil a run, but hardly three. @throws Error where it is never green */
export const greenRun = async (place: string, run: () => Promise<MutantResult>): Promise<void> => {
  let last: MutantResult | undefined
  for (let tries = 1; tries <= 3; tries += 1) {
    last = await run()
    if (last.outcome === 'survived') return
  }
  const { outcome, by = [], told = '' } = last ?? {}
  throw new Error(`${place} without a mutant: ${outcome} ${by.join(' ')} ${told}`)
}
