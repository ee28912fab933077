import { allChecks } from '../checks/all.ts'
import { type Finished, startRun } from '../engine/run.ts'
import { settingsOf } from '../engine/settings.ts'
import type { Mutant } from './mutants/mutant.ts'
import { mutatedService, serviceEnv } from './mutated-service.ts'

export interface Proof {
  mutant: Mutant
  outcome: 'killed' | 'survived' | 'quiet' | 'false alarm'
  /** ids of the checks that failed, those of the declared groups first */
  failed: readonly string[]
  inconclusive: readonly string[]
  ms: number
}

/** Runs the whole suite against the service with one mutant in it. */
export const prove = async (mutant: Mutant): Promise<Proof> => {
  const service = await mutatedService(mutant)
  try {
    const settings = await settingsOf({
      ...serviceEnv,
      ...mutant.suite,
      TARGET_URL: service.url,
      ALLOWED_ORIGINS: serviceEnv.CORS_ORIGINS,
    })
    const finished = await startRun(settings, allChecks).finished
    return judged(mutant, finished)
  } finally {
    await service.close()
  }
}

const judged = (mutant: Mutant, { results, ms }: Finished): Proof => {
  const of = (verdict: string) =>
    results.filter((result) => result.verdict === verdict).map(({ id }) => id)
  const all = of('FAIL')
  const claimed = all.filter((id) =>
    mutant.caughtBy.some((it) => id === it || id.startsWith(`${it}-`)),
  )
  const failed = [...claimed, ...all.filter((id) => !claimed.includes(id))]
  const isFaulty = mutant.caughtBy.length > 0
  const noise = all.length > 0 || (of('INCONCLUSIVE').length > 0 && !mutant.undecided)
  const outcome = isFaulty
    ? claimed.length > 0
      ? 'killed'
      : 'survived'
    : noise
      ? 'false alarm'
      : 'quiet'
  return { mutant, outcome, failed, inconclusive: of('INCONCLUSIVE'), ms }
}
