import {
  type CryptoKey,
  createLocalJWKSet,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'
import { jsonObject } from './json-object.ts'

/** The public keys of one JWK Set document (RFC 7517 §5). */
export interface KeySet {
  has(kid: string): boolean
  /** Rejects where the header names no key of the set, or one of another algorithm. */
  select(header: JWSHeaderParameters): Promise<CryptoKey>
}

/**
 * Members we cannot use are ignored, as RFC 7517 §5 asks: unknown types, no `kid`, symmetric keys (whoever
 * reads the set could sign) and, for the same reason, private keys.
 *
 * @throws Error where the document is not a JWK Set at all
 */
export const keySet = (document: Uint8Array): KeySet => {
  const members = jsonObject(document)?.keys
  if (!Array.isArray(members)) throw new Error('the answer is not a JWK Set')
  const keys = (members as unknown[]).filter(isPublicKey)
  const kids = new Set(keys.map(({ kid }) => kid))
  const select = createLocalJWKSet({ keys } satisfies JSONWebKeySet)
  return { has: (kid) => kids.has(kid), select: (header) => select(header) }
}

type PublicKey = { kty: string; kid: string }

const isPublicKey = (member: unknown): member is PublicKey => {
  if (typeof member !== 'object' || member === null || Object.hasOwn(member, 'd')) return false
  const { kty, kid } = member as Record<string, unknown>
  return typeof kid === 'string' && (kty === 'OKP' || kty === 'EC' || kty === 'RSA')
}
