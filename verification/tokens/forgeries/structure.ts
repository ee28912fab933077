import { encoded } from '../vectors/compact.ts'
import { type Forgery, invalid, malformed, type Seen, withSignature } from './parts.ts'

/** Shapes that Wycheproof's JWS vectors know, and alphabets that decoders let pass. */
export const structureForgeries = ({ a }: Seen): Forgery[] => {
  const { token, header, payload, signature } = a
  const middle = Math.floor(payload.length / 2)
  const spaced = `${header}.${payload.slice(0, middle)} ${payload.slice(middle)}.${signature}`
  const flattened = JSON.stringify({ protected: header, payload, signature })
  const respelled = sameBytes(signature)
  return [
    malformed('A-20', 'of two parts', `${header}.${payload}`),
    malformed('A-21', 'with an empty payload', `${header}..${signature}`),
    malformed('A-21', 'of four parts', `${token}.${signature}`),
    // RFC 8725bis: one format only; two parsers must not read two tokens from one text.
    malformed('A-21', 'in JWS JSON Serialization', flattened),
    // fast-jwt issue 606; jose before 6.2.5 skipped what is no base64url.
    // First what no decoder of the many sees: the others differ from base64url by a character.
    ...(respelled
      ? [
          malformed(
            'A-22',
            'with its last character respelled',
            `${header}.${payload}.${respelled}`,
          ),
        ]
      : []),
    malformed('A-22', 'with padding', `${token}=`),
    malformed('A-22', 'with a space inside', spaced),
    invalid('A-23', 'with a list for a header', withSignature([a.fields], a.claims, signature)),
    invalid(
      'A-23',
      'with a header that is no UTF-8',
      withSignature(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), a.claims, signature),
    ),
  ]
}

/** The same bytes with other bits in the unused end of the last character (RFC 4648 §3.5), if there is one. */
const sameBytes = (part: string): string | undefined => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const bytes = Buffer.from(part, 'base64url')
  const begin = part.slice(0, -1)
  return [...alphabet]
    .map((last) => begin + last)
    .find((it) => it !== part && Buffer.from(it, 'base64url').equals(bytes))
}

const NESTING = 2000
/** The largest iteration count of PBES2 that fits (CVE-2022-36083). */
const P2C = 2 ** 31 - 1

/** Tokens that cost the verifier more than their sender: refused, and soon. */
export const burdenForgeries = ({ a }: Seen): Forgery[] => {
  const { payload, signature } = a
  const nested = `{"alg":"HS256","x":${'['.repeat(NESTING)}${']'.repeat(NESTING)}}`
  const encryption = { alg: 'PBES2-HS256+A128KW', enc: 'A128CBC-HS256', p2c: P2C, p2s: 'c2FsdA' }
  const jwe = [encoded(encryption), ...['key', 'iv', 'text', 'tag'].map(encoded)].join('.')
  return [
    malformed('A-70', 'that is encrypted with a password and endless iterations', jwe),
    invalid(
      'A-71',
      'with a header nested 2,000 deep',
      `${encoded(nested)}.${payload}.${signature}`,
    ),
    // fast-jwt CVE-2026-35041, hono 93fc250d: expressions that look for the token again and again.
    malformed('A-72', 'behind 7,000 spaces', `${' '.repeat(7000)},`),
  ]
}
