import { allChecks } from '../../../checks/all.ts'
import { bundle } from '../bundle.ts'
import type { GeneratedMutant } from '../generated-mutant.ts'
import type { Proving } from '../proving.ts'
import { isUnseen, type MutantResult, suiteRun } from '../suite-run.ts'
import { keySetTarget, sharedSecretTarget, type Target } from '../target.ts'
import { witnesses } from '../witnesses.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import { instrument } from './instrument.ts'
import { mutableService } from './mutable-service.ts'
import { type Serve, servicePool } from './service-pool.ts'

/** A target, with the checks that come across each mutant there. */
type Place = readonly [Target, Coverage]

/** Mutants of the code, in services with their tasks in memory. */
export const codeProving = async (): Promise<Proving> => {
  const { sources, mutants } = await instrument()
  const program = await bundle('verification/proof/generated/code/service.ts', sources)
  const targets = [sharedSecretTarget(), await keySetTarget(program.directory)]
  const services = servicePool(program)
  const askWitnesses = witnesses()
  const placeOf = async (target: Target): Promise<Place> => {
    const service = mutableService(program)
    return [target, await coverageOf(service, target).finally(service.kill)]
  }
  let places: Promise<Place[]> | undefined
  return {
    mutants,
    run: async (mutant, doubted) => {
      places ??= Promise.all(targets.map(placeOf))
      const result = await runIn(await places, services.serve, mutant, askWitnesses)
      // What a process keeps from before may hide a mutant, and so may a check that was not asked.
      return isUnseen(result) && doubted
        ? runIn(await places, services.serveAnew, mutant, (_, _some, ask) => ask(allChecks))
        : result
    },
    close: async () => {
      services.close()
      program.remove()
      for (const target of targets) await target.close()
    },
  }
}

/** At one target after the other until it is seen. */
const runIn = async (
  places: readonly Place[],
  serve: Serve,
  mutant: GeneratedMutant,
  inTurn: ReturnType<typeof witnesses>,
): Promise<MutantResult> => {
  const { id } = mutant
  let result: MutantResult = { outcome: 'no coverage', by: [] }
  for (const [target, coverage] of places) {
    const checks = coverage.checksOn(id)
    if (checks.length === 0) continue
    const order = { env: target.service, mutant: id }
    result = await serve(order, coverage.isStatic(id), (service) =>
      inTurn(mutant, checks, async (some) => suiteRun(await target.suite(), service, some)),
    )
    if (!isUnseen(result)) break
  }
  return result
}
