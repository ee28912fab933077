import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../domain/fault.ts'
import { type JwkSet, jwkSet } from './jwk-set.ts'
import { FETCH_TIMEOUT_MS, type Fetch, jwkSetDocument } from './jwk-set-document.ts'
import { keySetErrorCode, keySetRemedy } from './key-set-error.ts'
import type { KeySource } from './key-source.ts'
import { refused } from './token/refusal.ts'

/** Age at which a set is fetched again, in the background. A withdrawn key is accepted about this long. */
export const REFRESH_AGE_MS = 10 * 60_000
/**
 * Age until which known keys are accepted while the auth server is unreachable. Its tokens live 15 minutes by
 * default, so after an hour all that it had issued are expired; and a key that was withdrawn meanwhile must not
 * be accepted for ever.
 */
export const STALE_MAX_MS = 60 * 60_000
/**
 * After a good fetch, how long no other one begins. A token whose `kid` is unknown waits for it, since the key may
 * be new; any number of them is one fetch a second.
 */
export const COOLDOWN_MS = 1_000
/**
 * From this age on a set is fetched again for a signature that does not fit, since its key may have been replaced under
 * the same `kid`. Anybody can send such tokens, under a `kid` that anybody can read: they are two fetches a minute.
 */
export const DOUBT_AGE_MS = 30_000
/** How long after a failed fetch no other one is tried. */
export const RETRY_DELAY_MS = 5_000

/** What was found at the URL. */
export type KeySetState =
  | { reachable: true; keys: number; refused: readonly string[] }
  | { reachable: false; code: string; remedy: string; hasKeys: boolean }

export interface RemoteKeysOptions {
  /** the JWK Set of the auth server; nothing in a token can change it */
  url: URL
  fetch?: Fetch
  /** how long one fetch may take */
  timeoutMs?: number
  /** milliseconds on a clock that is used for ages only; monotonic by default */
  now?: () => number
  wait?: (ms: number) => Promise<unknown>
  /** called after the first fetch, and whenever a later one finds something else */
  onState?: (state: KeySetState) => void
  /** called after each fetch, with the code of what it failed with */
  onFetched?: ((failure: string | undefined) => void) | undefined
}

/**
 * The public keys of an auth server, fetched when first needed and cached; known keys stay in use while the auth
 * server is down. (jose's `createRemoteJWKSet` fetches again for every request during an outage, and drops the
 * keys it had.)
 */
export const remoteKeys = (options: RemoteKeysOptions): RemoteKeys => {
  const { fetch = globalThis.fetch, now = () => performance.now(), wait = setTimeout } = options
  const { timeoutMs = FETCH_TIMEOUT_MS } = options
  const url = new URL(options.url)
  let latest: { document: Buffer; set: JwkSet; at: number } | undefined
  let failure: { cause: unknown; at: number } | undefined
  let pending: Promise<void> | undefined
  let told: string | undefined

  const tell = (): void => {
    const state = stateOf(latest?.set, failure?.cause)
    if (JSON.stringify(state) === told) return
    told = JSON.stringify(state)
    options.onState?.(state)
  }

  const load = async (): Promise<void> => {
    if (latest) await wait(Math.max(0, latest.at + COOLDOWN_MS - now()))
    try {
      const document = await jwkSetDocument(url, fetch, timeoutMs)
      // The same keys stay the same objects, so that no token has to be verified anew.
      const set = latest?.document.equals(document) ? latest.set : jwkSet(document)
      latest = { document, set, at: now() }
      failure = undefined
    } catch (cause) {
      failure = { cause, at: now() }
    }
    options.onFetched?.(failure && keySetErrorCode(failure.cause))
    tell()
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

  const renew = async (): Promise<void> => {
    if (latest && now() - latest.at >= DOUBT_AGE_MS) await refresh()
  }

  return {
    algorithms: ['EdDSA', 'ES256', 'RS256', 'PS256'],
    load: refresh,
    editions: { current: () => latest?.set, renew },
    async keyFor(header) {
      const { kid } = header
      if (typeof kid !== 'string') throw refused('key')
      const age = latest === undefined ? Number.POSITIVE_INFINITY : now() - latest.at
      if (latest?.set.has(kid) && age < STALE_MAX_MS) {
        if (age >= REFRESH_AGE_MS) refresh().catch(() => undefined)
        const { set } = latest
        // It may have been replaced by one for another algorithm.
        return set
          .select(header)
          .catch(() => renew().then(() => (latest?.set ?? set).select(header)))
      }
      // An unknown `kid` may belong to a new key. Only a current set can tell.
      await refresh()
      if (failure !== undefined || latest === undefined)
        throw new Fault('authentication_unavailable', { cause: failure?.cause })
      return latest.set.select(header)
    },
  }
}

export interface RemoteKeys extends KeySource {
  /** Fetches the set before a token needs it, so that a wrong setting is told at once. Never rejects. */
  load(): Promise<void>
}

const stateOf = (set: JwkSet | undefined, cause: unknown): KeySetState => {
  if (cause === undefined && set) return { reachable: true, keys: set.size, refused: set.refused }
  const code = keySetErrorCode(cause)
  return { reachable: false, code, remedy: keySetRemedy(code), hasKeys: set !== undefined }
}
