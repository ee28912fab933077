import { randomBytes } from 'node:crypto'
import type { Identity } from '../../application/ports/identity.ts'
import { Fault } from '../../domain/fault.ts'
import { ownerOf } from '../../domain/owner.ts'

const LEEWAY_S = 30
const TOKEN_MAX = 8192

/** An identity for tests, which accepts the tokens that it issued itself. They have the format of real ones. */
export const memoryIdentity = (): Identity & { issue(claims: object): string } => {
  const issued = new Map<string, string>()
  return {
    issue: (claims) => {
      const payload = JSON.stringify(claims)
      const parts = ['{"alg":"remembered"}', payload, randomBytes(32)]
      const token = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
      issued.set(token, payload)
      return token
    },
    ownerOf: async (token) => {
      if (!hasFormat(token)) throw new Fault('token_malformed')
      const { sub, exp, nbf, iat } = JSON.parse(issued.get(token) ?? '{}')
      const now = Date.now() / 1000
      const owner = ownerOf(sub)
      const isGood =
        typeof exp === 'number' && [nbf, iat].every((time = 0) => time <= now + LEEWAY_S)
      if (owner === undefined || !isGood) throw new Fault('token_invalid')
      if (exp + LEEWAY_S <= now) throw new Fault('token_expired')
      return owner
    },
  }
}

const hasFormat = (token: string): boolean => {
  const parts = token.length <= TOKEN_MAX ? token.split('.', 4) : []
  return (
    parts.length === 3 &&
    parts.every((part) => part && Buffer.from(part, 'base64url').toString('base64url') === part)
  )
}
