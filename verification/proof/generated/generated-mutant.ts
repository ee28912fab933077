/** One mutant that an operator made: a piece of a file, and what stands in its place while it is active. */
export interface GeneratedMutant {
  /** what switches it on in the instrumented service */
  id: string
  /** from the root of the project */
  file: string
  line: number
  operator: string
  /** the lines that hold the piece, as they are and as they would be: lines move, these words do not */
  original: string
  mutated: string
}

interface Place {
  /** both from 0, as Stryker counts */
  line: number
  column: number
}

/** What a mutant changes, in the words of its whole lines. */
export const wording = (
  source: string,
  { start, end }: { start: Place; end: Place },
  replacement: string,
): Pick<GeneratedMutant, 'original' | 'mutated'> => {
  const lines = source.split('\n').slice(start.line, end.line + 1)
  const before = lines[0]?.slice(0, start.column) ?? ''
  const after = lines.at(-1)?.slice(end.column) ?? ''
  return { original: brief(lines.join(' ')), mutated: brief(before + replacement + after) }
}

const [HEAD, TAIL] = [80, 40]

/** On one line, without the middle of what is long. */
const brief = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= HEAD + TAIL ? line : `${line.slice(0, HEAD)} … ${line.slice(-TAIL)}`
}
