import { type CryptoKey, compactVerify } from 'jose'
import type { Identity } from '../../application/ports/identity.ts'
import { Fault } from '../../domain/fault.ts'
import { type ClaimRules, claimedOwner } from './claims.ts'
import { encodedHeader } from './compact-token.ts'
import { jsonObject } from './json-object.ts'
import type { Keys } from './keys.ts'
import { type Verified, verifiedTokens } from './verified-tokens.ts'

export interface IdentityOptions extends ClaimRules {
  keys: Keys
  /** a narrower choice among the algorithms of the keys; default: all of them */
  algorithms?: readonly string[]
  /** milliseconds since the epoch */
  now?: () => number
}

/**
 * Owners from JWTs (RFC 7519 §7.2): first the shape, then the signature, then the claims, so that nothing
 * in a forged token is ever looked at. Mode, algorithms and keys come from configuration, never from the token.
 */
export const jwtIdentity = ({ keys, now = Date.now, ...options }: IdentityOptions): Identity => {
  const algorithms = [...(options.algorithms ?? keys.algorithms)]
  for (const algorithm of algorithms)
    if (!keys.algorithms.includes(algorithm)) throw new RangeError(`no key is for ${algorithm}`)
  for (const list of [algorithms, options.issuers, options.audiences])
    if (list?.length === 0) throw new RangeError('an empty list would refuse every token')

  const known = verifiedTokens()

  /** The signature is checked once for each token and key; the key is chosen anew each time. */
  const verified = async (token: string): Promise<Verified> => {
    const before = known.get(token)
    if (before && (await keys.keyFor(before.header)) === before.key) return before
    known.forget(token)
    if (!isPlain(encodedHeader(token))) throw new Fault('token_invalid')
    const {
      payload,
      protectedHeader: header,
      key,
    } = await compactVerify(token, (header) => keys.keyFor(header), { algorithms })
    const now = { header, key: key as CryptoKey, claims: jsonObject(payload) }
    known.add(token, now)
    return now
  }

  return {
    async ownerOf(token) {
      const { claims } = await verified(token).catch(refuse)
      return claimedOwner(claims, options, now() / 1000)
    },
  }
}

/** Why a signature is bad helps only whoever forges it: no cause, no difference. */
const refuse = (error: unknown): never => {
  throw error instanceof Fault ? error : new Fault('token_invalid')
}

/**
 * We understand no extension, so any `crit` must be refused (RFC 7515 §4.1.11), and an unencoded payload has
 * no place in a JWT (RFC 7797 §7).
 */
const isPlain = (encoded: Uint8Array): boolean => {
  const header = jsonObject(encoded)
  return (
    header !== undefined &&
    !Object.hasOwn(header, 'crit') &&
    (!Object.hasOwn(header, 'b64') || header.b64 === true)
  )
}
