import { readFileSync } from 'node:fs'
import type { GeneratedMutant } from './generated-mutant.ts'

/** Mutants that no check can be asked to see, and why. */
export interface Named {
  kind: 'equivalent' | 'invisible from outside'
  reason: string
  /** by file: the lines as they are and as they would be */
  mutants: Readonly<Record<string, readonly (readonly [original: string, mutated: string])[]>>
}

export const named: readonly Named[] = JSON.parse(
  readFileSync(new URL('named.json', import.meta.url), 'utf8'),
)

type Words = Pick<GeneratedMutant, 'file' | 'original' | 'mutated'>
export const keyOf = ({ file, original, mutated }: Words): string =>
  [file, original, mutated].join('\n')

/** Every mutant that is named, by its words. */
export const namedKeys: ReadonlyMap<string, Named> = new Map(
  named.flatMap((entry) =>
    Object.entries(entry.mutants).flatMap(([file, pairs]) =>
      pairs.map(([original, mutated]) => [keyOf({ file, original, mutated }), entry] as const),
    ),
  ),
)

export const isNamed = (mutant: Words): boolean => namedKeys.has(keyOf(mutant))
