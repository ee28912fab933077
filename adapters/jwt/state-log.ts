import type { Log } from '../../application/ports/log.ts'
import type { KeySetState } from './remote-keys.ts'
import type { Refusal } from './token/refusal.ts'

/** One line for each change of state of the auth server. */
export const logKeySetState =
  (log: Log) =>
  (state: KeySetState): void => {
    if (!state.reachable) {
      const { code, remedy, hasKeys } = state
      const meanwhile = hasKeys
        ? 'the keys known so far serve for an hour'
        : 'until it can, every token is answered 503'
      log.error({ code, remedy }, `the key set of AUTH_JWKS_URL cannot be had: ${meanwhile}`)
      return
    }
    const { keys, refused } = state
    if (keys > 0) log.info({ keys }, 'the key set of AUTH_JWKS_URL serves')
    else
      log.error(
        {},
        'the key set of AUTH_JWKS_URL holds no key that can be used, by EdDSA (Ed25519), ES256, RS256 or PS256: all tokens are 401',
      )
    if (refused.length > 0)
      log.warn({ refused }, 'keys of AUTH_JWKS_URL are not used, anybody could sign under them')
  }

/** A wrong setting is met by every request; this often it is told. */
const MISFIT_INTERVAL_MS = 10 * 60_000

const notItsValue =
  'this claim is not the variable’s value, byte for byte: correct the one or the other'

/** Only what is found after the signature: anybody may send a token that is signed by nobody. */
const misfits: Partial<Record<Refusal, [fields: object, why: string]>> = {
  issuer: [{ claim: 'iss', variable: 'AUTH_ISSUER' }, notItsValue],
  audience: [{ claim: 'aud', variable: 'AUTH_AUDIENCE' }, notItsValue],
  claims: [
    { claims: ['sub', 'exp'] },
    'one of these is missing or of another kind: see what the issuer writes',
  ],
  not_yet: [
    { claims: ['nbf', 'iat'] },
    'one of these lies in the future: set the clock of this machine or of the issuer',
  ],
}

/** One line in ten minutes for each reason for which good tokens are refused. */
export const logMisfits = (log: Log, now = () => performance.now()) => {
  const told = new Map<Refusal, number>()
  return (reason: Refusal): void => {
    const misfit = misfits[reason]
    const last = told.get(reason)
    if (!misfit || (last !== undefined && now() - last < MISFIT_INTERVAL_MS)) return
    told.set(reason, now())
    const [fields, why] = misfit
    log.warn(fields, `well-signed tokens are refused because ${why}`)
  }
}

/** While two secrets are accepted: one line at the start, one when it is over. */
export const logRotation =
  (log: Log, untilMs: number) =>
  (accepted: boolean): void => {
    const until = new Date(untilMs).toISOString()
    if (accepted) log.info({ until }, 'tokens of the previous secret are accepted too')
    else
      log.warn(
        { until },
        'tokens of the previous secret are refused: remove BETTER_AUTH_SECRET_PREVIOUS and its UNTIL',
      )
  }
