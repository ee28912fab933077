import type { Identity } from '../../../application/ports/identity.ts'
import { Fault, type FaultCode } from '../../../domain/fault.ts'

/** Why tokens are refused, for whoever runs the service. A caller is never told more than the code: it would help to forge one. */
export const refusals = [
  /** no JWS of three parts */
  'malformed',
  /** a header that asks for what is not supported */
  'header',
  'algorithm',
  /** its `kid` names no key */
  'key',
  'signature',
  /** `sub` or `exp` is missing, or a claim is of another type */
  'claims',
  /** `nbf` or `iat` is in the future: one of the two clocks is wrong */
  'not_yet',
  'expired',
  /** good but for `iss` or `aud`: a setting is wrong, here or at the issuer */
  'issuer',
  'audience',
] as const
export type Refusal = (typeof refusals)[number]

const reasons = new WeakMap<object, Refusal>()

/** The fault for a token that is refused: it is alike for every reason, which only `refusalOf` finds. */
export const refused = (reason: Refusal, code: FaultCode = 'token_invalid'): Fault => {
  const fault = new Fault(code)
  reasons.set(fault, reason)
  return fault
}

export const refusalOf = (error: unknown): Refusal | undefined =>
  error instanceof Fault ? reasons.get(error) : undefined

/** The identity, with the reason of each refusal told, and that a token was accepted. */
export const watchedIdentity = (
  identity: Identity,
  onRefused: (reason: Refusal) => void,
  onAccepted?: () => void,
): Identity => ({
  async ownerOf(token) {
    try {
      const owner = await identity.ownerOf(token)
      onAccepted?.()
      return owner
    } catch (error) {
      const reason = refusalOf(error)
      if (reason) onRefused(reason)
      throw error
    }
  },
})
