import type { CompactJWSHeaderParameters, CryptoKey } from 'jose'

/** A token whose signature was checked with this key. */
export interface VerifiedToken {
  header: CompactJWSHeaderParameters
  key: CryptoKey
  claims: Record<string, unknown> | undefined
}

/** A Better Auth token has about 500 characters. */
const CHARACTERS_MAX = 4_000_000

/**
 * A cache of tokens whose signature was good, by the whole token: one that differs in a single character is
 * checked again. Forgeries are never added, so they cannot evict anything. Past the maximum the oldest is
 * evicted. The caller still has to check, each time, that the key is in use and that the claims hold.
 */
export const verifiedTokens = (charactersMax = CHARACTERS_MAX) => {
  const cache = new Map<string, VerifiedToken>()
  let characters = 0
  const remove = (token: string) => {
    if (cache.delete(token)) characters -= token.length
  }
  return {
    get: (token: string): VerifiedToken | undefined => cache.get(token),
    add: (token: string, verified: VerifiedToken): void => {
      remove(token)
      cache.set(token, verified)
      characters += token.length
      for (const [oldest] of cache) {
        if (characters <= charactersMax) return
        remove(oldest)
      }
    },
    remove,
  }
}
