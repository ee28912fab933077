import { type Owner, ownerOf } from '../../domain/owner.ts'
import { refused } from './token/refusal.ts'

/** How far the issuer's clock may differ from ours (RFC 7519 §4.1.4: "usually no more than a few minutes"). */
const LEEWAY_S = 30

export interface ClaimRules {
  /** exact values of which `iss` must be one; absent = not checked */
  issuers?: readonly string[]
  /** exact values of which `aud` must name one; absent = not checked */
  audiences?: readonly string[]
}

/**
 * The owner named by the claims of a token with a good signature, at `now` (seconds since the epoch).
 * `exp` is checked last: `token_expired` tells a client that a new token of the same kind would be accepted.
 *
 * @throws Fault `token_invalid`, alike for every reason; `token_expired`
 */
export const claimedOwner = (
  claims: Record<string, unknown> | undefined,
  rules: ClaimRules,
  now: number,
): Owner => {
  const { exp, nbf, iat, iss, aud, sub } = claims ?? {}
  const owner = ownerOf(sub)
  if (owner === undefined || !isTime(exp)) throw refused('claims')
  if (!isNotInFuture(nbf, now) || !isNotInFuture(iat, now)) throw refused('not_yet')
  const hasExpired = exp + LEEWAY_S <= now
  const misfit = !hasIssuer(iss, rules.issuers)
    ? 'issuer'
    : !hasAudience(aud, rules.audiences)
      ? 'audience'
      : undefined
  // One that is expired as well was left over from other days, and says nothing of a setting.
  if (misfit) throw refused(hasExpired ? 'expired' : misfit)
  if (hasExpired) throw refused('expired', 'token_expired')
  return owner
}

// JSON.parse reads 1e400 as Infinity, which would never expire.
const isTime = (claim: unknown): claim is number => Number.isFinite(claim)

/** For `nbf` (RFC 7519 §4.1.5) and `iat` (§4.1.6); an `iat` in the future means a wrong clock or a bad issuer. */
const isNotInFuture = (claim: unknown, now: number): boolean =>
  claim === undefined || (isTime(claim) && claim <= now + LEEWAY_S)

/** RFC 7519 §4.1.1: a string, compared byte for byte; an array is refused. */
const hasIssuer = (iss: unknown, issuers: readonly unknown[] | undefined): boolean =>
  issuers === undefined || (typeof iss === 'string' && issuers.includes(iss))

/** RFC 7519 §4.1.3: a string, or an array of strings, one of which is an audience of ours. */
const hasAudience = (aud: unknown, audiences: readonly unknown[] | undefined): boolean => {
  if (audiences === undefined) return true
  const named: unknown[] = Array.isArray(aud) ? aud : [aud]
  return (
    named.every((name) => typeof name === 'string') &&
    named.some((name) => audiences.includes(name))
  )
}
