import { Fault } from '../../domain/fault.ts'
import { type Fetch, keyDocument } from './key-document.ts'
import { type KeySet, keySet } from './key-set.ts'
import type { Keys } from './keys.ts'

/** Age at which a set is fetched again, in the background. A withdrawn key serves about this long. */
export const FRESH_MS = 10 * 60_000
/**
 * Age until which known keys serve while the auth server is down. Its tokens live 15 minutes by default, so
 * after an hour none that it issued before is left, and a key withdrawn behind a cut line must end some time.
 */
export const STALE_MAX_MS = 60 * 60_000
/** After a good fetch, how long unknown `kid`s are believed to be unknown. A new key serves after this at the latest. */
export const COOLDOWN_MS = 30_000
/** After a failed fetch, how long no other one is tried. */
export const FAILURE_REST_MS = 5_000

export interface RemoteKeysOptions {
  /** the JWK Set of the auth server; nothing in a token can change it */
  url: URL
  fetch?: Fetch
  /** milliseconds on a clock that only counts ages; monotonic by default */
  now?: () => number
  /** told on changes only; a server never asked counts as reachable */
  onState?: (state: 'reachable' | 'unreachable', cause?: unknown) => void
}

/**
 * The public keys of an auth server, fetched when first needed and kept. Any number of tokens with unknown
 * `kid`s causes at most one fetch per cooldown, and an outage of the auth server does not become ours.
 * (jose's own remote set asks again for every request during an outage, and forgets the keys it had.)
 */
export const remoteKeys = (options: RemoteKeysOptions): Keys => {
  const { fetch = globalThis.fetch, now = () => performance.now(), onState } = options
  const url = new URL(options.url)
  let latest: { set: KeySet; at: number } | undefined
  let failure: { cause: unknown; at: number } | undefined
  let pending: Promise<void> | undefined

  const load = async (): Promise<void> => {
    const before = failure
    try {
      const set = keySet(await keyDocument(url, fetch))
      latest = { set, at: now() }
      failure = undefined
    } catch (cause) {
      failure = { cause, at: now() }
    }
    if (before && !failure) onState?.('reachable')
    if (!before && failure) onState?.('unreachable', failure.cause)
  }

  /** Settled once the latest attempt is over; many callers share one attempt. */
  const refresh = (): Promise<void> => {
    if (pending === undefined && failure !== undefined && now() - failure.at < FAILURE_REST_MS)
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
        if (age >= FRESH_MS) refresh().catch(() => undefined)
        return latest.set.select(header)
      }
      if (age >= COOLDOWN_MS) await refresh()
      // Whether an unknown key is none or a new one, only a set that could be had can tell.
      if (failure !== undefined || latest === undefined)
        throw new Fault('keys_unavailable', { cause: failure?.cause })
      return latest.set.select(header)
    },
  }
}
