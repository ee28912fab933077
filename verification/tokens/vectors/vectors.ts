import type { Vector } from '../vector-pack.ts'
import { partyVectors, subjectVectors } from './claims.ts'
import { formVectors, headerVectors } from './headers.ts'
import type { Minting } from './minting.ts'
import { timeVectors } from './times.ts'

/**
 * Tokens with one thing wrong each and a good signature, and as controls some that are unusual and right.
 * Only what the contract fixes is `refused`; where it leaves a freedom, both answers are right.
 */
export const vectorsOf = (minting: Minting): Vector[] => [
  ...headerVectors(minting),
  ...timeVectors(minting),
  ...partyVectors(minting),
  ...subjectVectors(minting),
  ...formVectors(minting),
]
