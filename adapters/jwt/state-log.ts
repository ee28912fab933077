import type { Log } from '../../application/ports/log.ts'
import type { KeySetState } from './remote-keys.ts'

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
