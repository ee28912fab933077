import type { Identity } from '../../application/ports/identity.ts'
import { refusalOf } from './token/refusal.ts'

export interface Rotation {
  /** verifies by the secret that tokens are signed with from now on */
  current: Identity
  /** verifies by the one before it */
  previous: Identity
  /** from when on the previous one is refused, in milliseconds since the epoch */
  untilMs: number
  now?: () => number
  /** told at once, and again when the time is over */
  onState?: (accepted: boolean) => void
}

/** What is longer Node takes for 1 ms; a clock that is set back by years makes it so. */
const TIMER_MAX_MS = 2 ** 31 - 1

/**
 * Accepts tokens of two secrets until a moment, so that an issuer can change to the new one without logging anybody
 * out. The current secret is asked first, and a token that neither signed costs two MACs, whichever is nearer. WebCrypto
 * compares them in constant time.
 */
export const rotatingIdentity = ({
  current,
  previous,
  untilMs,
  now = Date.now,
  onState,
}: Rotation): Identity => {
  const isAccepted = () => now() < untilMs
  // A timer may be early and a clock set back: then the rest is waited for.
  const tellTheEnd = (): void => {
    if (isAccepted()) setTimeout(tellTheEnd, Math.min(untilMs - now(), TIMER_MAX_MS)).unref()
    else onState?.(false)
  }
  if (isAccepted()) onState?.(true)
  tellTheEnd()
  return {
    async ownerOf(token) {
      try {
        return await current.ownerOf(token)
      } catch (error) {
        // Any other refusal comes after a good signature, or before there is anything to verify.
        if (refusalOf(error) !== 'signature' || !isAccepted()) throw error
        return previous.ownerOf(token)
      }
    },
  }
}
