import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { hmac, type Sign } from './compact.ts'

/** What tokens of the target are signed with. */
export interface SigningKey {
  alg: string
  kid?: string
  sign: Sign
  /** right signatures of the same key by algorithms that the contract does not allow */
  others: readonly { alg: string; sign: Sign }[]
  /** signatures by what a careless verifier makes of the key, each as long as it comes */
  mistaken: readonly { how: string; sign: Sign }[]
  /** what everybody may know of it, in forms that a confused verifier takes for a shared secret */
  published: readonly { form: string; secret: string | Uint8Array }[]
}

/** RFC 7518 §3.2: a key at least as long as the hash. */
const SECRET_BYTES_MIN = 32

/** @throws Error that completes "BETTER_AUTH_SECRET …" */
export const sharedSecretKey = (secret: string): SigningKey => {
  if (Buffer.byteLength(secret) < SECRET_BYTES_MIN)
    throw new Error(`must have at least ${SECRET_BYTES_MIN} bytes: no target takes a shorter one`)
  return {
    alg: 'HS256',
    sign: hmac(secret),
    others: [
      { alg: 'HS512', sign: hmac(secret, 'sha512') },
      { alg: 'HS384', sign: hmac(secret, 'sha384') },
    ],
    mistaken: [
      { how: 'with what its secret is in base64', sign: hmac(Buffer.from(secret, 'base64')) },
      { how: 'by a digest of its secret and the text', sign: digest(secret) },
      { how: 'with HMAC-SHA512 by the name of another', sign: hmac(secret, 'sha512') },
    ],
    published: [],
  }
}

/** No MAC: whoever knows one of them can make another for a longer text. */
const digest =
  (secret: string): Sign =>
  (input) =>
    createHash('sha256').update(`${secret}${input}`).digest()

/** The key as an auth server keeps it, a private JWK (RFC 7517). @throws Error that completes "AUTH_PRIVATE_JWK …" */
export const privateJwkKey = (text: string): SigningKey => {
  const jwk = jwkOf(text)
  if (typeof jwk.kid !== 'string' || jwk.kid === '')
    throw new Error('has no kid: the target chooses its key by it')
  const key = keyOf(jwk)
  const alg = algorithmOf(jwk)
  const publicKey = createPublicKey(key)
  const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const { x, n = x } = publicKey.export({ format: 'jwk' })
  return {
    alg,
    kid: jwk.kid,
    sign: signers[alg](key),
    others: othersOf(alg, key),
    mistaken: [],
    // RFC 8725 §2.1; fast-jwt CVE-2026-34950: what surrounds the PEM text decides whether it is recognised.
    published: [
      { form: 'its public key as PEM', secret: spki },
      { form: 'its public key as PEM without the last line end', secret: spki.trimEnd() },
      { form: 'its public key as DER', secret: publicKey.export({ type: 'spki', format: 'der' }) },
      { form: 'the text of its public number', secret: `${n}` },
      { form: 'the bytes of its public number', secret: Buffer.from(`${n}`, 'base64url') },
    ],
  }
}

const jwkOf = (text: string): Record<string, unknown> => {
  try {
    const jwk: unknown = JSON.parse(text)
    if (typeof jwk === 'object' && jwk !== null) return jwk as Record<string, unknown>
  } catch {
    // Told below, without the text.
  }
  throw new Error('is neither a JWK nor the path of a file with one')
}

const keyOf = (jwk: Record<string, unknown>): KeyObject => {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    throw new Error('is no private key: it needs the member d and all that belongs to its type')
  }
}

type Algorithm = 'EdDSA' | 'ES256' | 'RS256' | 'PS256'

const algorithmOf = ({ alg, kty, crv }: Record<string, unknown>): Algorithm => {
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA'
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  if (kty === 'RSA') return alg === 'PS256' ? 'PS256' : 'RS256'
  throw new Error('must be an Ed25519, P-256 or RSA key: the contract takes no other')
}

const signature =
  (hash: string | null, options: object = {}) =>
  (key: KeyObject): Sign =>
  (input) =>
    sign(hash, Buffer.from(input), { key, ...options })

const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}
const signers: Record<Algorithm, (key: KeyObject) => Sign> = {
  EdDSA: signature(null),
  ES256: signature('sha256', { dsaEncoding: 'ieee-p1363' }),
  RS256: signature('sha256'),
  PS256: signature('sha256', pss),
}

const othersOf = (alg: Algorithm, key: KeyObject): SigningKey['others'] => {
  // RFC 9864 gives EdDSA with Ed25519 a second name, which the contract does not know.
  if (alg === 'EdDSA') return [{ alg: 'Ed25519', sign: signers.EdDSA(key) }]
  if (alg === 'ES256') return []
  return [{ alg: 'RS512', sign: signature('sha512')(key) }]
}
