import { existsSync, readFileSync } from 'node:fs'
import type { GeneratedMutant } from './generated-mutant.ts'
import { keysOf } from './named.ts'
import type { Judged } from './score.ts'
import type { MutantResult } from './suite-run.ts'

/**
 * The results of mutants that a check saw when `file` was written, so that a run of hours may be interrupted. What had
 * no verdict may have lacked time.
 */
export const seenBefore = (
  file: string | undefined,
): ((mutant: GeneratedMutant) => MutantResult | undefined) => {
  const results = new Map<string, MutantResult[]>()
  for (const { mutant, result } of linesIn(file))
    if (result.outcome === 'killed')
      results.set(keyOf(mutant), [...(results.get(keyOf(mutant)) ?? []), result])
  // Two places may read alike: each result stands for one of them.
  return (mutant) => results.get(keyOf(mutant))?.pop()
}

/** Ids are numbers that change with the code; the words of a mutant do not. */
const keyOf = (mutant: GeneratedMutant): string => [mutant.operator, ...keysOf(mutant)].join('\n')

const linesIn = (file: string | undefined): Judged[] =>
  file && existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : []
