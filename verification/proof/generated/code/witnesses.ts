import type { GeneratedMutant } from '../generated-mutant.ts'
import { isUnseen, type MutantResult } from '../suite-run.ts'

/** So many are asked before all others: enough to be likely, and too few to take long. */
const FIRST = 5

/** Remembers which checks saw mutants, since they are likely to see those beside them too. */
export const witnesses = () => {
  const seen: { file: string; line: number; by: string }[] = []
  return {
    saw: ({ file, line }: GeneratedMutant, result: MutantResult): void => {
      const [by, ...others] = result.by
      if (by !== undefined && others.length === 0 && !isUnseen(result)) seen.push({ file, line, by })
    },
    /** The ids of those that saw the nearest ones of its file. */
    near: ({ file, line }: GeneratedMutant): ReadonlySet<string> => {
      const distance = (it: { line: number }) => Math.abs(it.line - line)
      const own = seen.filter((it) => it.file === file)
      const nearest = own.sort((one, other) => distance(one) - distance(other))
      return new Set([...new Set(nearest.map(({ by }) => by))].slice(0, FIRST))
    },
  }
}
