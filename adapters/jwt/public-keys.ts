import { createPublicKey, type JsonWebKey } from 'node:crypto'

/** A member of a JWK Set that a token may name. */
export interface PublicKey {
  kty: string
  kid: string
}

/**
 * The keys among the members of a JWK Set, and why others are refused. Members that cannot be used are ignored, as
 * RFC 7517 §5 asks: those for other algorithms or purposes and without `kid`. Symmetric and private keys are ignored too, since
 * everybody who reads the set could sign with them. Refused are public keys under which anybody can sign.
 */
export const publicKeysAmong = (
  members: readonly unknown[],
): { keys: PublicKey[]; refused: string[] } => {
  const keys: PublicKey[] = []
  const refused: string[] = []
  for (const member of members.filter(isPublicKey)) {
    const weakness = weaknessOf(member)
    if (weakness) refused.push(weakness)
    else if (isWhole(member)) keys.push(member)
  }
  return { keys, refused }
}

/** What each type of key can sign for us, with the curves that it needs. */
const uses: Readonly<
  Record<string, { algorithms: readonly unknown[]; curves: readonly unknown[] }>
> = {
  OKP: { algorithms: ['EdDSA'], curves: ['Ed25519'] },
  EC: { algorithms: ['ES256'], curves: ['P-256'] },
  RSA: { algorithms: ['RS256', 'PS256'], curves: [undefined] },
}

const isPublicKey = (member: unknown): member is PublicKey & Record<string, unknown> => {
  if (typeof member !== 'object' || member === null || Object.hasOwn(member, 'd')) return false
  const { kty, kid, crv, alg, use = 'sig', key_ops: ops = ['verify'] } = member as JsonWebKey
  const known = uses[String(kty)]
  return (
    typeof kid === 'string' &&
    known !== undefined &&
    known.curves.includes(crv) &&
    (alg === undefined || known.algorithms.includes(alg)) &&
    use === 'sig' &&
    Array.isArray(ops) &&
    ops.includes('verify')
  )
}

/** Whether all members are there and belong together: a point lies on its curve. */
const isWhole = (key: object): boolean => {
  try {
    createPublicKey({ key: key as JsonWebKey, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

/** RFC 7518 §3.3 */
const RSA_BYTES_MIN = 2048 / 8

const weaknessOf = ({ kty, n, e, x }: PublicKey & Record<string, unknown>): string | undefined => {
  if (kty === 'RSA') {
    const exponent = BigInt(`0x0${bytesOf(e).toString('hex')}`)
    // FIPS 186-5 §5.4: with 1 a signature is its own message.
    if (exponent < 3n || exponent % 2n === 0n) return 'an RSA key with exponent 1 or an even one'
    if (bytesOf(n).length < RSA_BYTES_MIN) return 'an RSA key of fewer than 2048 bits'
  }
  // RFC 8032 has no such keys; for one signature that anybody can make all messages are good.
  if (kty === 'OKP' && isOfSmallOrder(bytesOf(x))) return 'an Ed25519 key of small order'
  return undefined
}

const bytesOf = (text: unknown): Buffer =>
  Buffer.from(typeof text === 'string' ? text : '', 'base64url')

/** All encodings of the eight points of small order, without the bit of the sign (libsodium's ge25519_has_small_order). */
const smallOrder = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
])

const isOfSmallOrder = (point: Buffer): boolean => {
  if (point.length !== 32) return false
  const unsigned = Buffer.from(point)
  unsigned[31] = (point[31] as number) & 0x7f
  return smallOrder.has(unsigned.toString('hex'))
}
