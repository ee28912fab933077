import { Fault } from '../../domain/fault.ts'
import { type JwkSet, jwkSet } from './jwk-set.ts'
import { type Fetch, jwkSetDocument } from './jwk-set-document.ts'
import type { KeySource } from './key-source.ts'

/** Age at which a set is fetched again, in the background. A withdrawn key is accepted about this long. */
export const REFRESH_AGE_MS = 10 * 60_000
/**
 * Age until which known keys are accepted while the auth server is unreachable. Its tokens live 15 minutes by
 * default, so after an hour all that it had issued are expired; and a key that was withdrawn meanwhile must not
 * be accepted for ever.
 */
export const STALE_MAX_MS = 60 * 60_000
/** After a good fetch, how long an unknown `kid` causes no other one. A new key is accepted after this at the latest. */
export const COOLDOWN_MS = 30_000
/** How long after a failed fetch no other one is tried. */
export const RETRY_DELAY_MS = 5_000

export interface RemoteKeysOptions {
  /** the JWK Set of the auth server; nothing in a token can change it */
  url: URL
  fetch?: Fetch
  /** milliseconds on a clock that is used for ages only; monotonic by default */
  now?: () => number
  /** called on changes only; the server counts as reachable until a fetch fails */
  onState?: (state: 'reachable' | 'unreachable', cause?: unknown) => void
}

/**
 * The public keys of an auth server, fetched when first needed and cached. Any number of tokens with unknown
 * `kid`s causes at most one fetch per cooldown, and known keys stay in use while the auth server is down.
 * (jose's `createRemoteJWKSet` fetches again for every request during an outage, and drops the keys it had.)
 */
export const remoteKeys = (options: RemoteKeysOptions): KeySource => {
  const { fetch = globalThis.fetch, now = () => performance.now(), onState } = options
  const url = new URL(options.url)
  let latest: { set: JwkSet; at: number } | undefined
  let failure: { cause: unknown; at: number } | undefined
  let pending: Promise<void> | undefined

  const load = async (): Promise<void> => {
    const before = failure
    try {
      const set = jwkSet(await jwkSetDocument(url, fetch))
      latest = { set, at: now() }
      failure = undefined
    } catch (cause) {
      failure = { cause, at: now() }
    }
    if (before && !failure) onState?.('reachable')
    if (!before && failure) onState?.('unreachable', failure.cause)
  }

  /** Resolves when the fetch is over, failed or not. Concurrent callers share one fetch. */
  const refresh = (): Promise<void> => {
    if (pending === undefined && failure !== undefined && now() - failure.at < RETRY_DELAY_MS)
      return Promise.resolve()
    pending ??= load().finally(() => {
      pending = undefined
    })
    return pending
  }

  return {
    algorithms: ['EdDSA', 'ES256', 'RS256', 'PS256'],
    async keyFor(header) {
      const { kid } = header
      if (typeof kid !== 'string') throw new Fault('token_invalid')
      const age = latest === undefined ? Number.POSITIVE_INFINITY : now() - latest.at
      if (latest?.set.has(kid) && age < STALE_MAX_MS) {
        if (age >= REFRESH_AGE_MS) refresh().catch(() => undefined)
        return latest.set.select(header)
      }
      if (age >= COOLDOWN_MS) await refresh()
      // An unknown `kid` may belong to a new key. Only a current set can tell.
      if (failure !== undefined || latest === undefined)
        throw new Fault('authentication_unavailable', { cause: failure?.cause })
      return latest.set.select(header)
    },
  }
}
