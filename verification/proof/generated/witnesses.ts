import type { Check } from '../../engine/check.ts'
import type { GeneratedMutant } from './generated-mutant.ts'
import type { MutantResult } from './suite-run.ts'

/** So many are asked before all others: enough to be likely, and too few to take long. */
const FIRST = 5

/** Beyond every line. */
const ELSEWHERE = 1_000_000

/** Runs some checks against a mutant. */
export type Ask = (some: readonly Check[]) => Promise<MutantResult>

/** Has checks asked, and those first that saw the mutants nearest to this one: they see most of it. */
export const witnesses = () => {
  const seen: { file: string; line: number; by: string }[] = []

  const near = ({ file, line }: GeneratedMutant): string[] => {
    const distance = (it: { file: string; line: number }) =>
      it.file === file ? Math.abs(it.line - line) : ELSEWHERE
    const nearest = seen.toSorted((one, other) => distance(one) - distance(other))
    return [...new Set(nearest.map(({ by }) => by))].slice(0, FIRST)
  }

  return async (
    mutant: GeneratedMutant,
    checks: readonly Check[],
    ask: Ask,
  ): Promise<MutantResult> => {
    const first = near(mutant)
    const likely = checks.filter((check) => first.includes(check.id) || !('run' in check))
    const early = first.length > 0 ? await ask(likely) : undefined
    const result = early?.outcome === 'killed' ? early : await ask(checks)
    if (result.outcome === 'killed')
      seen.push({ file: mutant.file, line: mutant.line, by: result.by[0] ?? '' })
    return result
  }
}
