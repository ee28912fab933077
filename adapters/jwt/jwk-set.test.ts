import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { ed25519Key, forge, hmac, type Signer } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { jwkSet } from './jwk-set.ts'
import { sharedSecretKeys } from './shared-secret.ts'

const okp = ed25519Key('okp')
const leaked = ed25519Key('leaked')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const oct = { kty: 'oct', kid: 'oct', k: Buffer.from('public'.repeat(6)).toString('base64url') }
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid })

const document = {
  keys: [
    ...[null, 1, 'x', [], {}, { kty: 'XX', kid: 'okp' }, { kty: 'OKP', kid: 'okp2', crv: 'none' }],
    ...[oct, { ...oct, kid: 'okp' }, { ...oct, alg: 'EdDSA' }, leaked.privateJwk],
    ...[okp.publicJwk, jwk(rsa.publicKey, 'rsa')],
    ...[jwk(weak.publicKey, 'weak'), jwk(ec.publicKey, 'ec')],
    { ...jwk(rsa.publicKey, 'enc'), use: 'enc' },
  ],
}
const set = jwkSet(Buffer.from(JSON.stringify(document)))
const algorithms = ['EdDSA', 'ES256', 'RS256', 'PS256']
const identity = jwtIdentity({ keys: { algorithms, keyFor: (header) => set.select(header) } })
const claims = { sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 }
const rs =
  (key: KeyObject, hash = 'sha256'): Signer =>
  (input) =>
    sign(hash, Buffer.from(input), key)
const ps256: Signer = (input) =>
  sign('sha256', Buffer.from(input), {
    ...{ key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  })
const es256: Signer = (input) =>
  sign('sha256', Buffer.from(input), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })
const forged = (alg: string, kid: unknown, signer: Signer) => forge({ alg, kid }, claims, signer)

const accepted = {
  EdDSA: okp.issue(claims),
  RS256: forged('RS256', 'rsa', rs(rsa.privateKey)),
  PS256: forged('PS256', 'rsa', ps256),
  ES256: forged('ES256', 'ec', es256),
}
for (const [alg, token] of Object.entries(accepted))
  test(`${alg} verifies beside members that nobody can use`, async () => {
    assert.equal(await identity.ownerOf(token), 'ada')
  })

test('only keys that may verify are members', () => {
  const kids = ['okp', 'rsa', 'ec', 'oct', 'leaked', '__proto__']
  assert.deepEqual(kids.filter(set.has), ['okp', 'rsa', 'ec'])
  const unknown = [{ kty: 'XX' }, { kid: 1 }].map((member) => ({ ...okp.publicJwk, ...member }))
  assert.equal(jwkSet(Buffer.from(JSON.stringify({ keys: unknown }))).has('okp'), false)
})

const refused: Record<string, string> = {
  'a symmetric key of the set': forged('HS256', 'oct', hmac('public'.repeat(6))),
  'a private key of the set': leaked.issue(claims),
  'a key for encryption': forged('RS256', 'enc', rs(rsa.privateKey)),
  'RSA of 1024 bits': forged('RS256', 'weak', rs(weak.privateKey)),
  'RS512, the right key': forged('RS512', 'rsa', rs(rsa.privateKey, 'sha512')),
  'RS256 called PS256': forged('PS256', 'rsa', rs(rsa.privateKey)),
  'ES256, all zero (CVE-2022-21449)': forged('ES256', 'ec', () => Buffer.alloc(64)),
  'ES256 in DER': forged('ES256', 'ec', rs(ec.privateKey)),
  'ES256, DER of nothing': forged('ES256', 'ec', () => Buffer.from('MAYCAQACAQA', 'base64')),
}
for (const kid of ['', 'OKP', 'okp ', 'okp2', '__proto__', 'constructor', 'rsa', 'ec'])
  refused[`the good key as kid "${kid}"`] = okp.issue(claims, { kid })
for (const kid of [null, 0, [], ['okp'], {}])
  refused[`the good key as kid ${JSON.stringify(kid)}`] = okp.issue(claims, { kid })

const own = ed25519Key('okp')
const jku = `data:application/json,${encodeURIComponent(JSON.stringify({ keys: [own.publicJwk] }))}`
const x5c = [own.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')]
for (const header of [{}, { jwk: own.publicJwk }, { jku }, { x5u: jku }, { x5c }])
  refused[`a key of one's own ${Object.keys(header)}`] = own.issue(claims, header)

for (const [name, token] of Object.entries(refused))
  test(`refused: ${name}`, () => assert.rejects(identity.ownerOf(token), { code: 'token_invalid' }))

// The public key, which everybody has, used as a shared secret (RFC 8725 §2.1).
const publicKeys = { rsa: rsa.publicKey, ec: ec.publicKey, okp: okp.publicKey }
for (const [kid, key] of Object.entries(publicKeys)) {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const der = key.export({ type: 'spki', format: 'der' })
  for (const bytes of [pem, pem.trim(), der, JSON.stringify(key.export({ format: 'jwk' }))])
    test(`refused: HS256 under the public key ${kid}, ${bytes.length} bytes`, async () => {
      const token = forged('HS256', kid, hmac(bytes))
      const keys = sharedSecretKeys('some other secret, which is long enough')
      for (const it of [identity, jwtIdentity({ keys })])
        await assert.rejects(it.ownerOf(token), { code: 'token_invalid' })
    })
}

for (const text of ['', '{', '<html></html>', '[]', 'null', '{}', '{"keys":{}}', '{"keys":null}'])
  test(`no key set: ${text}`, () =>
    assert.throws(() => jwkSet(Buffer.from(text)), { code: 'NOT_A_KEY_SET' }))

test('a set may be empty', () => assert.equal(jwkSet(Buffer.from('{"keys":[]}')).has('okp'), false))
