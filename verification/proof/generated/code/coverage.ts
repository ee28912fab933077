import { allChecks } from '../../../checks/all.ts'
import type { Check } from '../../../engine/check.ts'
import { greenRun, suiteRun } from '../suite-run.ts'
import type { Target } from '../target.ts'
import type { MutableService } from './mutable-service.ts'

/** Which checks come across which mutants at a target. */
export interface Coverage {
  checksOn(mutant: string): readonly Check[]
  /** whether it has done its work before a service is composed, so that only a new process shows it */
  isStatic(mutant: string): boolean
}

/** So many checks are counted as one: nearly as telling as each by itself, and a fraction of the time. */
const TOGETHER = 6

const onlookers = allChecks.filter((check) => !('run' in check))
const active = allChecks.filter((check) => 'run' in check)
const parts = Array.from({ length: Math.ceil(active.length / TOGETHER) }, (_, at) =>
  active.slice(at * TOGETHER, (at + 1) * TOGETHER),
)

/** Runs part after part. @throws Error where one of them is not green without a mutant */
export const coverageOf = async (service: MutableService, target: Target): Promise<Coverage> => {
  for (const [at, checks] of parts.entries()) {
    await greenRun(target.name, async () => {
      const { port = 0 } = await service.compose({ env: target.service, count: `part ${at}` })
      return suiteRun(await target.suite(), { port }, checks)
    })
  }
  const { reached } = await service.compose({ env: target.service, count: 'the end' })
  const sets = parts.map((checks, at) => ({ checks, ids: new Set(reached[`part ${at}`]) }))
  const loading = new Set(reached.loading)
  return {
    checksOn: (mutant) => {
      if (loading.has(mutant)) return allChecks
      const checks = sets.filter(({ ids }) => ids.has(mutant)).flatMap(({ checks }) => checks)
      return checks.length === 0 ? [] : [...checks, ...onlookers]
    },
    isStatic: (mutant) => loading.has(mutant),
  }
}
