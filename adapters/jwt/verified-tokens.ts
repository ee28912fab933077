import type { CompactJWSHeaderParameters, CryptoKey } from 'jose'

/** What was once proved of a token: its signature under this key, and so what it claims. */
export interface Verified {
  header: CompactJWSHeaderParameters
  key: CryptoKey
  claims: Record<string, unknown> | undefined
}

/** A Better Auth token has about 500 characters. */
const CHARACTERS_MAX = 4_000_000

/**
 * Tokens whose signature need not be checked again, by the whole token and nothing less: one that differs in
 * a single character is another one. Only good signatures come in, so forgeries drive nobody out; the oldest
 * goes first. Whether the key still counts and the claims hold is for the caller to ask each time.
 */
export const verifiedTokens = (charactersMax = CHARACTERS_MAX) => {
  const known = new Map<string, Verified>()
  let characters = 0
  const forget = (token: string) => {
    if (known.delete(token)) characters -= token.length
  }
  return {
    get: (token: string): Verified | undefined => known.get(token),
    add: (token: string, verified: Verified): void => {
      forget(token)
      known.set(token, verified)
      characters += token.length
      for (const [oldest] of known) {
        if (characters <= charactersMax) return
        forget(oldest)
      }
    },
    forget,
  }
}
