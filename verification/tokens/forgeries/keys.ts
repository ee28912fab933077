import { KeyObject, sign } from 'node:crypto'
import { compact, hmac } from '../vectors/compact.ts'
import { type Forgery, invalid, type Seen, withSignature } from './parts.ts'

/**
 * Tokens that bring the key they are signed with, in each of the places that RFC 7515 §4.1 has for it. No
 * such place is a source of keys (RFC 8725 §3.10). The URLs are `data:`, so nobody has to be called back.
 */
export const attackerKeyForgeries = async ({ a }: Seen, target: string): Promise<Forgery[]> => {
  // Not before a token is forged: the library takes some 200 ms to load.
  const { selfSigned } = await import('./self-signed.ts')
  const { certificate, ...keys } = await selfSigned()
  const publicKey = KeyObject.from(keys.publicKey)
  const privateKey = KeyObject.from(keys.privateKey)
  const kid = 'vrf-attacker'
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
  const secret = 'a secret of the caller, with more than 32 bytes'
  const oct = { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid, alg: 'HS256' }
  const signed = (header: object) =>
    compact({ alg: 'RS256', typ: 'JWT', kid, ...header }, a.claims, rs256(privateKey))
  return [
    // CVE-2018-0114.
    invalid('A-64', 'that brings its own RSA key', signed({ jwk })),
    invalid(
      'A-64',
      'that brings its own secret',
      compact({ alg: 'HS256', typ: 'JWT', kid, jwk: oct }, a.claims, hmac(secret)),
    ),
    invalid(
      'A-65',
      'that says where its keys are',
      signed({ jku: data('application/json', JSON.stringify({ keys: [jwk] })) }),
    ),
    invalid(
      'A-65',
      'that says its keys are where it is sent to',
      withSignature({ ...a.fields, ...atHome(target) }, a.claims, a.signature),
    ),
    invalid(
      'A-66',
      'that brings its own certificate',
      signed({
        x5c: [certificate.toString('base64')],
        x5u: data('application/pem-certificate-chain', certificate.toString('pem')),
      }),
    ),
  ]
}

/** A place that whoever compares hosts trusts. */
const atHome = (target: string) => ({
  jku: `${target}/.well-known/jwks.json`,
  x5u: `${target}/.well-known/certificates.pem`,
})

const rs256 = (key: KeyObject) => (input: string) => sign('sha256', Buffer.from(input), key)

const data = (type: string, content: string): string =>
  `data:${type};base64,${Buffer.from(content).toString('base64')}`
