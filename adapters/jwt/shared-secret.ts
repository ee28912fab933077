import type { KeySource } from './key-source.ts'

/** RFC 7518 §3.2: a key at least as long as the hash. jose accepts any length but zero. */
const SECRET_BYTES_MIN = 32

/** A secret shared with the issuer, for HS256 only. The key is the secret in UTF-8. */
export const sharedSecretKeys = (secret: string): KeySource => {
  const bytes = new TextEncoder().encode(secret)
  if (bytes.length < SECRET_BYTES_MIN)
    throw new RangeError(`the shared secret must have at least ${SECRET_BYTES_MIN} bytes`)
  const hs256 = { name: 'HMAC', hash: 'SHA-256' }
  const key = crypto.subtle.importKey('raw', bytes, hs256, false, ['verify'])
  return { algorithms: ['HS256'], keyFor: () => key }
}
