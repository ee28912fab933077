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

const misfits: Partial<Record<Refusal, { claim: string; variable: string }>> = {
  issuer: { claim: 'iss', variable: 'AUTH_ISSUER' },
  audience: { claim: 'aud', variable: 'AUTH_AUDIENCE' },
}

/** One line in ten minutes for each claim by which good tokens are refused. */
export const logMisfits = (log: Log, now = () => performance.now()) => {
  const told = new Map<Refusal, number>()
  return (reason: Refusal): void => {
    const misfit = misfits[reason]
    const last = told.get(reason)
    if (!misfit || (last !== undefined && now() - last < MISFIT_INTERVAL_MS)) return
    told.set(reason, now())
    log.warn(
      misfit,
      'well-signed tokens are refused because this claim is not the variable’s value, byte for byte: correct the one or the other',
    )
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
