import { createHash } from 'node:crypto'
import { compact, encoded, hmac } from '../vectors/compact.ts'
import { badSignatures } from './bad-signatures.ts'
import { type Forgery, invalid, malformed, type Parts, type Seen, withSignature } from './parts.ts'

const YEAR_S = 365 * 24 * 3600

/** Signatures that belong to something else, or to nothing. */
export const contentForgeries = ({ a, b }: Seen): Forgery[] => {
  const bytes = Buffer.from(a.signature, 'base64url')
  const signed = (signature: Uint8Array | string) =>
    `${a.header}.${a.payload}.${typeof signature === 'string' ? signature : encoded(signature)}`
  const asB = { ...a.claims, sub: b.claims.sub, exp: Number(a.claims.exp) + YEAR_S }
  const expired = { ...a.claims, exp: Number(a.claims.iat ?? a.claims.exp) - YEAR_S }
  return [
    ...badSignatures(a.signature).map(({ name, signature, ...rare }) => ({
      ...invalid('A-30', name, signed(signature)),
      ...rare,
    })),
    // No key is needed for it.
    invalid(
      'A-30',
      'with a digest for a signature',
      signed(createHash('sha256').update(`${a.header}.${a.payload}`).digest()),
    ),
    invalid('A-31', 'that names another user', `${a.header}.${encoded(asB)}.${a.signature}`),
    invalid('A-34', 'with half a signature', signed(bytes.subarray(0, bytes.length / 2))),
    invalid(
      'A-34',
      'with a byte after the signature',
      signed(Buffer.concat([bytes, Buffer.of(1)])),
    ),
    // CVE-2022-21449: a signature of zeros fitted every message.
    invalid(
      'A-35',
      'with an ECDSA signature of zeros',
      withSignature({ alg: 'ES256', typ: 'JWT' }, a.claims, encoded(new Uint8Array(64))),
    ),
    invalid('A-39', 'with the signature of another token', signed(b.signature)),
    invalid(
      'A-80',
      'that is badly signed and expired',
      `${a.header}.${encoded(expired)}.${a.signature}`,
    ),
  ]
}

/** RFC 8725 §3.2; `none` in the spellings that lists of forbidden words forget, which compare exact names. */
export const algorithmForgeries = ({ a }: Seen): Forgery[] => {
  const { alg: _, ...rest } = a.fields
  const unsigned = (alg: string) => `${encoded({ ...rest, alg })}.${a.payload}.`
  return [
    malformed('A-33', 'of alg none without a signature', unsigned('none')),
    malformed('A-33', 'of alg nOnE without a signature', unsigned('nOnE')),
    ...['none', 'nOnE'].map((alg) =>
      invalid(
        'A-32',
        `of alg ${alg} with a signature`,
        withSignature({ ...rest, alg }, a.claims, a.signature),
      ),
    ),
  ]
}

/** Keys that are none: an empty one, and what an unset variable becomes in a text. */
export const secretForgeries = ({ a }: Seen): Forgery[] => {
  const { kid: _, ...rest } = a.fields
  const by = (secret: string, header: object = {}) =>
    compact({ ...rest, alg: 'HS256', ...header }, a.claims, hmac(secret))
  return [
    invalid('A-36', 'signed with an empty secret', by('')),
    invalid('A-36', 'signed with the secret "secret"', by('secret')),
    // A key read from wherever `kid` points: an empty file, or a row that the caller makes up.
    invalid(
      'A-60',
      'whose kid is the path of an empty file',
      by('', { kid: '../../../../../../../dev/null' }),
    ),
    invalid('A-61', 'whose kid is SQL', by('1', { kid: "x' UNION SELECT '1';--" })),
    // fast-jwt CVE-2026-44351: keys[kid] || ''.
    invalid(
      'A-63',
      'of an unknown kid, signed with an empty secret',
      by('', { kid: 'vrf-unknown' }),
    ),
    // keys[kid] ?? kid: where a name is not found it is easily taken for what it names.
    invalid(
      'A-63',
      'of an unknown kid, signed with that name',
      by('vrf-unknown', { kid: 'vrf-unknown' }),
    ),
  ]
}

/** Secrets that attackers try first (jwt_tool's list and what tutorials and templates contain). */
const commonSecrets = [
  '',
  'secret',
  'password',
  'changeme',
  'change-me',
  'your-256-bit-secret',
  'your_jwt_secret',
  'your-secret-key',
  'your-secret-key-here',
  'your-super-secret-key-change-in-production',
  'supersecret',
  'supersecretkey',
  'super-secret-jwt-token-with-at-least-32-characters-long',
  'better-auth-secret',
  'better-auth-secret-123456789',
  'better-auth-secret-12345678901234567890',
  'dev-secret-change-in-production',
  'jwt_secret',
  'jwt-secret',
  'test',
  'dev',
  'development',
  'production',
  'admin',
  'key',
  'undefined',
  'null',
  'a-string-secret-at-least-256-bits-long',
  '0'.repeat(32),
  'a'.repeat(32),
  '\0'.repeat(32),
]

/** Whether a token is signed with a secret that everybody knows; found without asking the target. */
export const isGuessable = ({ header, payload, signature, fields }: Parts): boolean => {
  const hash = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }[String(fields.alg)]
  if (!hash) return false
  const input = `${header}.${payload}`
  return commonSecrets.some((secret) => encoded(hmac(secret, hash)(input)) === signature)
}
