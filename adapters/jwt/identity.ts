import { type CryptoKey, compactVerify, errors } from 'jose'
import type { Identity } from '../../application/ports/identity.ts'
import { Fault } from '../../domain/fault.ts'
import { type ClaimRules, claimedOwner } from './claims.ts'
import { jsonObject } from './json-object.ts'
import type { KeySource } from './key-source.ts'
import { jwsHeader } from './token/compact-jws.ts'
import { refused } from './token/refusal.ts'
import { type VerifiedToken, verifiedTokens } from './verified-tokens.ts'

export interface IdentityOptions extends ClaimRules {
  keys: KeySource
  /** a narrower choice among the algorithms of the keys; default: all of them */
  algorithms?: readonly string[]
  /** milliseconds since the epoch */
  now?: () => number
}

/**
 * Owners from JWTs (RFC 7519 §7.2). First the format is checked, then the signature, then the claims, so the
 * claims of a forged token are never read. Mode, algorithms and keys come from the configuration, never from
 * the token.
 */
export const jwtIdentity = ({ keys, now = Date.now, ...options }: IdentityOptions): Identity => {
  const algorithms = [...(options.algorithms ?? keys.algorithms)]
  for (const algorithm of algorithms)
    if (!keys.algorithms.includes(algorithm)) throw new RangeError(`no key is for ${algorithm}`)
  for (const list of [algorithms, options.issuers, options.audiences])
    if (list?.length === 0) throw new RangeError('an empty list would refuse every token')

  const cache = verifiedTokens()
  const verify = (token: string) =>
    compactVerify(token, (header) => keys.keyFor(header), { algorithms })

  /** A key that does not verify may have been replaced under its name: then its successor decides. */
  const verifyWithLatest = async (token: string) => {
    const edition = keys.editions?.current()
    try {
      return await verify(token)
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
      await keys.editions?.renew()
      if (keys.editions?.current() === edition) throw error
      return verify(token)
    }
  }

  /** Checks the signature once for each token and key. The key is looked up every time, as it may be withdrawn. */
  const verified = async (token: string): Promise<VerifiedToken> => {
    const cached = cache.get(token)
    if (cached && (await keys.keyFor(cached.header)) === cached.key) return cached
    cache.remove(token)
    if (!isSupported(jwsHeader(token))) throw refused('header')
    const { payload, protectedHeader: header, key } = await verifyWithLatest(token)
    const checked = { header, key: key as CryptoKey, claims: jsonObject(payload) }
    cache.add(token, checked)
    return checked
  }

  return {
    async ownerOf(token) {
      const { claims } = await verified(token).catch(asFault)
      return claimedOwner(claims, options, now() / 1000)
    },
  }
}

/** To the caller all failures are alike and carry no cause: the reason would help only an attacker. */
const asFault = (error: unknown): never => {
  throw error instanceof Fault ? error : refused(reasonOf(error))
}

const reasonOf = (error: unknown) => {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  if (error instanceof errors.JWKSNoMatchingKey) return 'key'
  return 'header'
}

/**
 * No extension is supported, so any `crit` must be refused (RFC 7515 §4.1.11), and a JWT must not have an
 * unencoded payload (RFC 7797 §7).
 */
const isSupported = (encoded: Uint8Array): boolean => {
  const header = jsonObject(encoded)
  return (
    header !== undefined &&
    !Object.hasOwn(header, 'crit') &&
    (!Object.hasOwn(header, 'b64') || header.b64 === true)
  )
}
