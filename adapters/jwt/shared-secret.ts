import type { Keys } from './keys.ts'

/** RFC 7518 §3.2: a key at least as long as the hash. jose accepts any length but zero. */
const SECRET_BYTES_MIN = 32

/** One secret, shared with the issuer, for HS256 and nothing else. The key is the secret's UTF-8 bytes. */
export const sharedSecretKeys = (secret: string): Keys => {
  const bytes = new TextEncoder().encode(secret)
  if (bytes.length < SECRET_BYTES_MIN)
    throw new RangeError(`the shared secret must have at least ${SECRET_BYTES_MIN} bytes`)
  const hs256 = { name: 'HMAC', hash: 'SHA-256' }
  const key = crypto.subtle.importKey('raw', bytes, hs256, false, ['verify'])
  return { algorithms: ['HS256'], keyFor: () => key }
}
