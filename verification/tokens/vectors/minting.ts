import { randomBytes } from 'node:crypto'
import { VECTOR_LIFE_S } from '../vector-pack.ts'
import { compact, type Part } from './compact.ts'
import type { SigningKey } from './keys.ts'

/** All that tokens of one pack have in common. */
export interface Minting {
  key: SigningKey
  /** seconds since the epoch */
  now: number
  subjects: { a: string; b: string }
  /** where the minter knows which ones the target insists on */
  issuer?: string
  audience?: string
}

type Env = Readonly<Record<string, string | undefined>>

export const mintingOf = (key: SigningKey, env: Env, now = Date.now()): Minting => {
  const [issuer, audience] = claimVariables.map((name) => claimOf(env, name))
  return {
    key,
    now: Math.floor(now / 1000),
    subjects: { a: newSubject('a'), b: newSubject('b') },
    ...(issuer && { issuer }),
    ...(audience && { audience }),
  }
}

export const claimVariables = ['AUTH_ISSUER', 'AUTH_AUDIENCE'] as const

/** The first of the values that the target takes; undefined where it takes any, which may be said as `none`. */
export const claimOf = (env: Env, name: (typeof claimVariables)[number]): string | undefined => {
  const first = env[name]?.split(',')[0]?.trim() || undefined
  return first === 'none' ? undefined : first
}

/** A subject that nobody has had before. */
export const newSubject = (name: string): string => `vrf-${name}-${randomBytes(8).toString('hex')}`

/** Good claims for somebody; changes with the value undefined leave a claim out. */
export const claimsFor = (minting: Minting, sub: unknown, changes: object = {}) => ({
  sub,
  iat: minting.now,
  exp: minting.now + VECTOR_LIFE_S,
  ...(minting.issuer && { iss: minting.issuer }),
  ...(minting.audience && { aud: minting.audience }),
  ...changes,
})

export const headerFor = ({ key }: Minting, changes: object = {}) => ({
  alg: key.alg,
  typ: 'JWT',
  ...(key.kid && { kid: key.kid }),
  ...changes,
})

/** Signed as it should be, whatever it says. */
export const issue = (minting: Minting, payload: Part, header: object = {}): string =>
  compact(headerFor(minting, header), payload, minting.key.sign)
