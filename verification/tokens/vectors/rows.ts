import type { Vector } from '../vector-pack.ts'
import { claimsFor, issue, type Minting, newSubject } from './minting.ts'

/** What is written as JSON text as it is: no value of ours becomes it. */
export const literally = (json: string) => `@${json}`
const LITERAL = /"@([^"]*)"/g

export type Row = [
  name: string,
  claims: object,
  code?: 'token_invalid' | 'token_expired',
  rare?: 'rare',
]

/** A good token of user A but for the claims of the row: taken by mistake, it would do something. */
export const refused = (minting: Minting, check: string, rows: readonly Row[]): Vector[] =>
  rows.map(([name, changes, code = 'token_invalid', rare]) => {
    const claims = JSON.stringify(claimsFor(minting, minting.subjects.a, changes))
    const token = issue(minting, claims.replaceAll(LITERAL, '$1'))
    return { check, name, token, expect: 'refused', codes: [code], ...(rare && { rare: true }) }
  })

/** A good token of somebody unheard of, who has a right to an empty list. */
export const stranger = (minting: Minting, changes: object = {}): string =>
  issue(minting, claimsFor(minting, newSubject('c'), changes))
