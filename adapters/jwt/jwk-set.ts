import {
  type CryptoKey,
  createLocalJWKSet,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'
import { jsonObject } from './json-object.ts'

/** The public keys of one JWK Set document (RFC 7517 §5). */
export interface JwkSet {
  has(kid: string): boolean
  /** The key with the header's `kid`; rejects where there is none, or one for another algorithm. */
  select(header: JWSHeaderParameters): Promise<CryptoKey>
}

/**
 * Members that cannot be used are ignored, as RFC 7517 §5 asks: those of unknown types and without `kid`.
 * Symmetric and private keys are ignored too, since everybody who reads the set could sign with them.
 *
 * @throws Error where the document is not a JWK Set
 */
export const jwkSet = (document: Uint8Array): JwkSet => {
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
