import { basename } from 'node:path'
import type { DecisionRecord } from '../../rules/record.ts'
import type { Piece, Text } from './page.ts'
import { joined } from './page.ts'

export const toRequirement = (id: string): Piece => ({
  text: id,
  to: `requirements.md#${id.toLowerCase()}`,
})

export const toCheck = (id: string): Piece => ({ text: id, to: `audit.md#${id.toLowerCase()}` })

export const toFile = (path: string): Piece => ({ text: basename(path), to: `../${path}` })

/** By number, with the title where there is room for it. */
export const toRecord = ({ number, title, file }: DecisionRecord, titled = false): Piece => ({
  text: titled ? `${number} ${title}` : number,
  to: file,
})

/** The records that claim something; without any it says so, as nothing else may stand there. */
export const claimedBy = (
  records: readonly DecisionRecord[],
  member: 'endpoints' | 'variables' | 'requirements',
  name: string,
): Text => {
  const claiming = records.filter((record) => record[member].includes(name))
  return claiming.length === 0
    ? { standing: 'not proved' }
    : joined(claiming.map((record) => toRecord(record)))
}
