import { readFileSync } from 'node:fs'
import type { GeneratedMutant } from './generated-mutant.ts'

/** Mutants that no check can be asked to see, and why. */
export interface Named {
  kind: 'equivalent' | 'invisible from outside' | 'left open by the contract'
  reason: string
  /** by file: lines as they are, for all that can become of them, or with what becomes of them */
  mutants: Readonly<Record<string, readonly (Line | readonly [Line, mutated: string])[]>>
}

/** The words of a line, which stay the same wherever it moves. */
type Line = string

export const named: readonly Named[] = JSON.parse(
  readFileSync(new URL('named.json', import.meta.url), 'utf8'),
)

type Words = Pick<GeneratedMutant, 'file' | 'original' | 'mutated'>

const keyOf = (...words: readonly string[]): string => words.join('\n')

/** The keys under which a mutant may be named. */
export const keysOf = ({ file, original, mutated }: Words): string[] => [
  keyOf(file, original),
  keyOf(file, original, mutated),
]

/** Every key that is named, in the order of the file. */
export const namedKeys: readonly string[] = named.flatMap(({ mutants }) =>
  Object.entries(mutants).flatMap(([file, lines]) =>
    lines.map((line) => keyOf(file, ...[line].flat())),
  ),
)

const keys = new Set(namedKeys)

export const isNamed = (mutant: Words): boolean => keysOf(mutant).some((key) => keys.has(key))
