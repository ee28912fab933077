import { allChecks } from '../../../checks/all.ts'
import type { Check } from '../../../engine/check.ts'
import { bundle } from '../bundle.ts'
import type { Proving } from '../proving.ts'
import { isUnseen, type MutantResult, suiteRun } from '../suite-run.ts'
import { keySetTarget, sharedSecretTarget, type Target } from '../target.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import { instrument } from './instrument.ts'
import { mutableService } from './mutable-service.ts'
import { type Serve, servicePool } from './service-pool.ts'
import { witnesses } from './witnesses.ts'

/** A target, with the checks that come across each mutant there. */
type Place = readonly [Target, Coverage]

/** Mutants of the code, in services with their tasks in memory. */
export const codeProving = async (): Promise<Proving> => {
  const { sources, mutants } = await instrument()
  const program = await bundle('verification/proof/generated/code/service.ts', sources)
  const targets = [sharedSecretTarget(), await keySetTarget(program.directory)]
  const services = servicePool(program)
  const { near, saw } = witnesses()
  const placeOf = async (target: Target): Promise<Place> => {
    const service = mutableService(program)
    return [target, await coverageOf(service, target).finally(service.kill)]
  }
  let places: Promise<Place[]> | undefined
  return {
    mutants,
    run: async (mutant, doubted) => {
      places ??= Promise.all(targets.map(placeOf))
      const result = await runIn(await places, services.serve, mutant.id, near(mutant))
      saw(mutant, result)
      // What a process keeps from before may hide a mutant, and so may a check that was not asked.
      return isUnseen(result) && doubted
        ? runIn(await places, services.serveAnew, mutant.id)
        : result
    },
    close: async () => {
      services.close()
      program.remove()
      for (const target of targets) await target.close()
    },
  }
}

/** At one target after the other until it is seen; all checks are asked where nobody is asked first. */
const runIn = async (
  places: readonly Place[],
  serve: Serve,
  id: string,
  first?: ReadonlySet<string>,
): Promise<MutantResult> => {
  let result: MutantResult = { outcome: 'no coverage', by: [] }
  for (const [target, coverage] of places) {
    const checks = coverage.checksOn(id)
    if (checks.length === 0) continue
    const order = { env: target.service, mutant: id }
    const likely = checks.filter((check) => first?.has(check.id) || !('run' in check))
    result = await serve(order, coverage.isStatic(id), async (service) => {
      const ask = async (some: readonly Check[]) => suiteRun(await target.suite(), service, some)
      if (!first) return ask(allChecks)
      const early = first.size > 0 ? await ask(likely) : undefined
      return early?.outcome === 'killed' ? early : ask(checks)
    })
    if (!isUnseen(result)) break
  }
  return result
}
