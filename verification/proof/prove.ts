import { allChecks } from '../checks/all.ts'
import { type Finished, startRun } from '../engine/run.ts'
import { settingsOf } from '../engine/settings.ts'
import type { Plant } from './mutants/mutant.ts'
import { stage, stageEnv } from './stage.ts'

export interface Proof {
  plant: Plant
  outcome: 'killed' | 'survived' | 'quiet' | 'false alarm'
  /** ids of the checks that failed, those of the declared groups first */
  failed: readonly string[]
  inconclusive: readonly string[]
  ms: number
}

/** Runs the whole suite against the service with one plant in it. */
export const prove = async (plant: Plant): Promise<Proof> => {
  const staged = await stage(plant)
  try {
    const settings = await settingsOf({
      ...stageEnv,
      TARGET_URL: staged.url,
      ALLOWED_ORIGINS: stageEnv.CORS_ORIGINS,
    })
    const finished = await startRun(settings, allChecks).finished
    return judged(plant, finished)
  } finally {
    await staged.close()
  }
}

const judged = (plant: Plant, { results, ms }: Finished): Proof => {
  const of = (verdict: string) =>
    results.filter((result) => result.verdict === verdict).map(({ id }) => id)
  const all = of('FAIL')
  const claimed = all.filter((id) =>
    plant.caughtBy.some((it) => id === it || id.startsWith(`${it}-`)),
  )
  const failed = [...claimed, ...all.filter((id) => !claimed.includes(id))]
  const isFault = plant.caughtBy.length > 0
  const noise = [...all, ...of('INCONCLUSIVE')].length > 0
  const outcome = isFault
    ? claimed.length > 0
      ? 'killed'
      : 'survived'
    : noise
      ? 'false alarm'
      : 'quiet'
  return { plant, outcome, failed, inconclusive: of('INCONCLUSIVE'), ms }
}
