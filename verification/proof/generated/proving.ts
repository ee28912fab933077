import type { GeneratedMutant } from './generated-mutant.ts'
import type { MutantResult } from './suite-run.ts'

/** Mutants of one kind, and what it takes to show them to the suite. */
export interface Proving {
  mutants: readonly GeneratedMutant[]
  /**
   * `doubted` makes sure, with all checks and from a new start, that a mutant is not seen.
   * @throws Error where the suite is not green without any mutant
   */
  run(mutant: GeneratedMutant, doubted: boolean): Promise<MutantResult>
  close(): Promise<void>
}
