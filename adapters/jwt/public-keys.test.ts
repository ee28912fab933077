import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { publicKeysAmong } from './public-keys.ts'

const jwk = (type: 'rsa' | 'ed25519' | 'ec', options: object = {}) =>
  generateKeyPairSync(type as 'rsa', options as { modulusLength: number }).publicKey.export({
    format: 'jwk',
  })
const rsa = jwk('rsa', { modulusLength: 2048 })
const ed25519 = jwk('ed25519')
const hex = (text: string) => Buffer.from(text, 'hex').toString('base64url')

describe('a public key', () => {
  for (const key of [rsa, ed25519, jwk('ec', { namedCurve: 'P-256' }), { ...rsa, e: 'Aw' }])
    it(`can be used: ${key.kty} ${key.e ?? ''}`, () =>
      assert.equal(publicKeysAmong([{ ...key, kid: 'k' }]).keys.length, 1))

  const weak: Record<string, object> = {
    'exponent 1': { ...rsa, e: 'AQ' },
    'exponent 1, padded': { ...rsa, e: 'AAAB' },
    'no exponent': { ...rsa, e: undefined },
    'an even exponent': { ...rsa, e: 'BA' },
    '1024 bits': jwk('rsa', { modulusLength: 1024 }),
    'the identity point': { ...ed25519, x: hex(`01${'00'.repeat(31)}`) },
    'the identity point with the other sign': { ...ed25519, x: hex(`01${'00'.repeat(30)}80`) },
    'a point of order 8': {
      ...ed25519,
      x: hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    },
  }
  for (const [name, key] of Object.entries(weak))
    it(`is refused and told: ${name}`, () => {
      const { keys, refused } = publicKeysAmong([{ ...key, kid: 'k' }])
      assert.deepEqual([keys.length, refused.length], [0, 1])
    })

  it('is passed over in silence where it is none', () => {
    const none = [null, 'x', {}, { ...rsa, kid: 1 }, { kty: 'oct', k: 'AA', kid: 'k' }]
    const ec = jwk('ec', { namedCurve: 'P-256' })
    const others = [
      jwk('ec', { namedCurve: 'P-384' }),
      { ...ec, alg: 'ES512' },
      { ...ec, y: ec.x },
      { ...ed25519, x: 'AA' },
      { ...ed25519, crv: 'X25519' },
      { ...rsa, alg: 'RS512' },
      { ...rsa, use: 'enc' },
      { ...rsa, key_ops: ['wrapKey'] },
    ]
    none.push(...others.map((key) => ({ ...key, kid: 'k' })))
    assert.deepEqual(publicKeysAmong([...none, { ...ed25519, kid: 'k', d: 'x' }]), {
      keys: [],
      refused: [],
    })
  })
})
