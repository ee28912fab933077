import { allChecks } from '../checks/all.ts'
import { type Check, groupOf } from '../engine/check.ts'
import { startRun } from '../engine/run.ts'
import { settingsOf } from '../engine/settings.ts'
import type { Result } from '../engine/verdict.ts'
import type { Mutant } from './mutants/mutant.ts'
import { mutatedService, serviceEnv } from './mutated-service.ts'

export interface Proof {
  /** of the mutant */
  id: string
  outcome: 'killed' | 'survived' | 'quiet' | 'false alarm'
  /** ids of the checks that failed, those of the declared groups first */
  failed: readonly string[]
  /** ids of those that came to no verdict, or were not reached */
  undecided: readonly string[]
  ms: number
}

export interface ProofOptions {
  /** whether every check runs, also where the mutant is caught already or they do not claim it */
  whole: boolean
}

/**
 * Runs the suite against the service with one mutant in it. For a fault that is no more of it than the checks that
 * claim to catch it, until the first of them has failed. A check that sends nothing of its own looks at what the
 * others exchange: only the whole suite can tell that it misses something.
 */
export const prove = async (mutant: Mutant, { whole }: ProofOptions): Promise<Proof> => {
  const claiming = allChecks.filter(({ id }) => isClaimed(mutant, id))
  if (whole || claiming.length === 0) return proved(mutant, allChecks)
  const needsTraffic = claiming.some((check) => !('run' in check))
  const first = needsTraffic ? [...new Set([...claiming, ...traffic])] : claiming
  const proof = await proved(mutant, first, claiming)
  return needsTraffic && proof.outcome === 'survived' ? proved(mutant, allChecks, claiming) : proof
}

/** What is quick, and exchanges a little of everything. */
const traffic = allChecks.filter(({ id }) => groupOf(id) === 'R')

const isClaimed = ({ caughtBy }: Mutant, id: string) =>
  caughtBy.some((it) => id === it || id.startsWith(`${it}-`))

/** Runs these checks to the end, or until one that decides has failed. */
const proved = async (
  mutant: Mutant,
  checks: readonly Check[],
  deciding: readonly Check[] = [],
): Promise<Proof> => {
  const service = await mutatedService(mutant)
  try {
    const settings = await settingsOf({
      ...serviceEnv,
      VERIFY_SEED: '6',
      ALLOWED_ORIGINS: serviceEnv.CORS_ORIGINS,
      ...mutant.suite,
      TARGET_URL: service.url,
    })
    const decides = ({ id, verdict }: Result) =>
      verdict === 'FAIL' && deciding.some((check) => check.id === id)
    const run = startRun({ ...settings, unhurried: true }, checks, (result) => {
      if (decides(result)) run.stop('it is decided')
    })
    const { results, ms } = await run.finished
    return { ...judged(mutant, results), ms }
  } finally {
    await service.close()
  }
}

const judged = (mutant: Mutant, results: readonly Result[]): Omit<Proof, 'ms'> => {
  const of = (...verdicts: string[]) =>
    results
      .filter(({ verdict, waived }) => verdicts.includes(verdict) && !waived)
      .map(({ id }) => id)
  const all = of('FAIL')
  const claimed = all.filter((id) => isClaimed(mutant, id))
  const failed = [...claimed, ...all.filter((id) => !claimed.includes(id))]
  const isFaulty = mutant.caughtBy.length > 0
  const undecided = of('INCONCLUSIVE', 'NOT-RUN')
  const noise = all.length > 0 || (undecided.length > 0 && !mutant.undecided)
  const outcome = isFaulty
    ? claimed.length > 0
      ? 'killed'
      : 'survived'
    : noise
      ? 'false alarm'
      : 'quiet'
  return { id: mutant.id, outcome, failed, undecided }
}
