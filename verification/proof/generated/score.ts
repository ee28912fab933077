import type { GeneratedMutant } from './generated-mutant.ts'
import { isNamed, keysOf, namedKeys } from './named.ts'
import { isUnseen, type MutantResult } from './suite-run.ts'

export interface Judged {
  mutant: GeneratedMutant
  result: MutantResult
}

/** Folders in the order of the house; every mutant lies in one of them. */
const folders = [
  'domain',
  'application',
  'adapters/http',
  'adapters/jwt',
  'adapters/postgres',
] as const

/** Nobody sees it, and nobody has said why. */
export const isOpen = ({ mutant, result }: Judged): boolean => isUnseen(result) && !isNamed(mutant)

/** For each folder: how many of the mutants that can be seen were. */
export const scoreLines = (judged: readonly Judged[]): string[] =>
  folders.flatMap((folder) => {
    const own = judged.filter(({ mutant }) => mutant.file.startsWith(folder))
    return own.length > 0 ? [`${folder.padEnd(18)} ${scoreOf(own)}`] : []
  })

const scoreOf = (judged: readonly Judged[]): string => {
  const unseen = judged.filter(({ result }) => isUnseen(result))
  const named = unseen.filter(({ mutant }) => isNamed(mutant)).length
  const seen = judged.length - unseen.length
  const visible = judged.length - named
  const share = visible === 0 ? 100 : (100 * seen) / visible
  return `${seen} of ${visible} seen (${share.toFixed(1)} %), ${named} named as unseeable`
}

/** Where an open mutant lies and what it changes, as named.json would have it. */
export const openLines = ({ mutant, result }: Judged): string[] => [
  `${result.outcome} ${mutant.file}:${mutant.line} ${mutant.operator}`,
  `  ${JSON.stringify([mutant.original, mutant.mutated])}`,
]

/** What is named though every one of these mutants was seen. */
export const needlessLines = (judged: readonly Judged[]): string[] =>
  namedKeys
    .filter((key) => {
      const own = judged.filter(({ mutant }) => keysOf(mutant).includes(key))
      return own.length > 0 && !own.some(({ result }) => isUnseen(result))
    })
    .map((key) => `named and seen all the same: ${key.replaceAll('\n', ' | ')}`)
