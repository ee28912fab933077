import {
  type CryptoKey,
  createLocalJWKSet,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'
import { jsonObject } from './json-object.ts'
import { KeySetError } from './key-set-error.ts'
import { publicKeysAmong } from './public-keys.ts'

/** The public keys of one JWK Set document (RFC 7517 §5). */
export interface JwkSet {
  /** how many keys can be used */
  size: number
  /** why other keys must not be used, a phrase each */
  refused: readonly string[]
  has(kid: string): boolean
  /** The key with the header's `kid`; rejects where there is none, or one for another algorithm. */
  select(header: JWSHeaderParameters): Promise<CryptoKey>
}

/** @throws KeySetError where the document is not a JWK Set */
export const jwkSet = (document: Uint8Array): JwkSet => {
  const members = jsonObject(document)?.keys
  if (!Array.isArray(members)) throw new KeySetError('NOT_A_KEY_SET')
  const { keys, refused } = publicKeysAmong(members)
  const kids = new Set(keys.map(({ kid }) => kid))
  const select = createLocalJWKSet({ keys } satisfies JSONWebKeySet)
  return { size: keys.length, refused, has: (kid) => kids.has(kid), select: (it) => select(it) }
}
