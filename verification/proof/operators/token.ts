import { createHmac, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { serviceEnv } from '../mutated-service.ts'

export interface DecodedToken {
  header: Record<string, unknown>
  payload: Record<string, unknown>
  /** whether the signature is one of our secret, under the algorithm named */
  signed: boolean
  raw: string[]
}

const digests: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }

/** The MAC of the first two parts under this key. */
export const macOf = (key: string | Buffer, raw: readonly string[], algorithm = 'HS256'): string =>
  createHmac(digests[algorithm] ?? 'sha256', key)
    .update(`${raw[0]}.${raw[1]}`)
    .digest('base64url')

/** A token taken apart, unverified. */
export const decodeToken = (token: string): DecodedToken => {
  const raw = token.split('.')
  const header = decoded(raw[0])
  const algorithm = String(header.alg)
  const signed =
    algorithm in digests && raw[2] === macOf(serviceEnv.BETTER_AUTH_SECRET, raw, algorithm)
  return { header, payload: decoded(raw[1]), signed, raw }
}

const decoded = (part = ''): Record<string, unknown> => {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value ? value : {}
  } catch {
    return {}
  }
}

/** A right token for whoever it is. */
export const rightToken = (sub: string): string => {
  const { AUTH_ISSUER: iss, AUTH_AUDIENCE: aud } = serviceEnv
  const exp = Math.floor(nowSeconds()) + 600
  const raw = [{ alg: 'HS256' }, { sub, exp, iss, aud }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${raw.join('.')}.${macOf(serviceEnv.BETTER_AUTH_SECRET, raw)}`
}

/** Whether a token has a MAC under this key, of whatever algorithm it names. */
export const hasMac =
  (key: string | Buffer) =>
  ({ raw, header }: DecodedToken): boolean =>
    raw.length === 3 && raw[2] === macOf(key, raw, String(header.alg))

/** Whether a token has a signature that this public key verifies. */
export const isSignedBy = (jwk: unknown, { raw }: DecodedToken): boolean => {
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    return verify(
      key.asymmetricKeyType === 'ed25519' ? null : 'sha256',
      Buffer.from(`${raw[0]}.${raw[1]}`),
      key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : key,
      Buffer.from(raw[2] ?? '', 'base64url'),
    )
  } catch {
    return false
  }
}

export const nowSeconds = () => Date.now() / 1000

/** Whether all claims are right but for those that are ignored. */
export const claimsHold = ({ payload }: DecodedToken, ignored: readonly string[]): boolean => {
  const { exp, nbf, iat, sub, iss, aud } = payload
  const now = nowSeconds()
  const holds: Record<string, boolean> = {
    exp: typeof exp === 'number' && Number.isFinite(exp) && exp > now - 30,
    nbf: nbf === undefined || (typeof nbf === 'number' && nbf <= now + 30),
    iat: iat === undefined || (typeof iat === 'number' && iat <= now + 30),
    sub: typeof sub === 'string' && sub !== '' && [...sub].length <= 255,
    iss: iss === serviceEnv.AUTH_ISSUER,
    aud: [aud].flat().includes(serviceEnv.AUTH_AUDIENCE),
  }
  return Object.entries(holds).every(([name, held]) => held || ignored.includes(name))
}
