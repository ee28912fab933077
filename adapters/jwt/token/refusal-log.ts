import type { Log } from '../../../application/ports/log.ts'
import type { Refusal } from './refusal.ts'

/** A wrong setting is met by every request, and anybody can send bad tokens; this often each reason is told. */
const INTERVAL_MS = 10 * 60_000

export type Mode = 'shared-secret' | 'jwks'

interface Cause {
  fields?: object
  /** what is refused and why, with what to do, in words that hold no value */
  why: string
}

const good = 'well-signed tokens are refused because'
const notItsValue = `${good} this claim is not the variable’s value, byte for byte: correct the one or the other`

/** Every reason but `expired`, which is no fault of anybody. */
const causes = (mode: Mode): Partial<Record<Refusal, Cause>> => {
  const isShared = mode === 'shared-secret'
  const variable = isShared ? 'BETTER_AUTH_SECRET' : 'AUTH_JWKS_URL'
  return {
    issuer: { fields: { claim: 'iss', variable: 'AUTH_ISSUER' }, why: notItsValue },
    audience: { fields: { claim: 'aud', variable: 'AUTH_AUDIENCE' }, why: notItsValue },
    claims: {
      fields: { claims: ['sub', 'exp'] },
      why: `${good} one of these is missing or of another kind: see what the issuer writes`,
    },
    not_yet: {
      fields: { claims: ['nbf', 'iat'] },
      why: `${good} one of these lies in the future: set the clock of this machine or of the issuer`,
    },
    signature: {
      fields: { variable },
      why: isShared
        ? 'tokens are refused for their signature: is this variable the secret that the auth server signs with?'
        : 'tokens are refused for their signature: is this variable the key set of the auth server that issues them?',
    },
    key: {
      fields: { variable },
      why: 'tokens name a key that is not in the key set: is this variable that of the auth server that issues them?',
    },
    algorithm: {
      fields: { variable },
      why: isShared
        ? 'tokens are not signed by HS256: where the auth server has a key set, as Better Auth’s jwt plugin has, set AUTH_JWKS_URL instead of this variable'
        : 'tokens are not signed by EdDSA, ES256, RS256 or PS256: only those serve with a key set',
    },
    header: {
      why: 'tokens ask for what is not supported, by crit or b64, or have no proper header',
    },
    malformed: {
      why: 'what is sent is no JWT: does the client send a session’s id or cookie instead of a token?',
    },
  }
}

/**
 * One line in ten minutes for each reason for which tokens are refused, with how many were refused for it and how many
 * tokens were accepted since the last one: none accepted means a setting, many accepted mean somebody who tries.
 * No token, claim or key stands in it.
 */
export const refusalLog = (log: Log, mode: Mode, now = () => performance.now()) => {
  const known = causes(mode)
  const since = new Map<Refusal, { at: number; refused: number; accepted: number }>()
  let accepted = 0
  return {
    accepted: (): void => {
      accepted += 1
    },
    refused: (reason: Refusal): void => {
      const cause = known[reason]
      if (!cause) return
      const last = since.get(reason) ?? { at: Number.NEGATIVE_INFINITY, refused: 0, accepted: 0 }
      last.refused += 1
      since.set(reason, last)
      if (now() - last.at < INTERVAL_MS) return
      const counts = { refused: last.refused, accepted: accepted - last.accepted }
      since.set(reason, { at: now(), refused: 0, accepted })
      log.warn({ reason, ...cause.fields, ...counts }, cause.why)
    },
  }
}
