import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { importJWK, jwtVerify } from 'jose'
import { mintVectors, signerFrom } from '../mint-vectors.ts'
import { parseVectorPack } from './vector-pack.ts'

const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
after(() => rmSync(folder, { recursive: true }))

const BETTER_AUTH_SECRET = randomBytes(32).toString('hex')

test('a pack is for its owner’s eyes only, and what is said of it holds no token', async () => {
  const file = join(folder, 'new', 'pack.json')
  await mintVectors(file, { BETTER_AUTH_SECRET })
  chmodSync(file, 0o644)
  const said = await mintVectors(file, { BETTER_AUTH_SECRET })
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.match(said, /pack\.json.*valid until \d{4}-/)
  assert.doesNotMatch(said, /eyJ/)
  const pack = parseVectorPack(readFileSync(file, 'utf8'))
  assert.ok(pack.vectors.every(({ expect }) => expect !== undefined))
  assert.equal(readFileSync(file, 'utf8').includes(BETTER_AUTH_SECRET), false)
})

const claims = { AUTH_ISSUER: 'https://auth.example', AUTH_AUDIENCE: 'none' }
const jwks = [
  ['EdDSA', generateKeyPairSync('ed25519'), true],
  ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }), false],
  ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }), true],
  ['PS256', generateKeyPairSync('rsa', { modulusLength: 2048 }), true],
] as const

for (const [alg, { privateKey, publicKey }, other] of jwks)
  test(`a private JWK signs with ${alg} and names its key`, async () => {
    const jwk = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'k', alg })
    const path = join(folder, `${alg}.json`)
    writeFileSync(path, jwk)
    for (const AUTH_PRIVATE_JWK of [jwk, path]) {
      const signer = await signerFrom({ AUTH_PRIVATE_JWK, ...claims })
      const { users, vectors } = await signer.mint()
      const key = await importJWK(publicKey.export({ format: 'jwk' }), alg)
      const { protectedHeader } = await jwtVerify(users.a, key, { algorithms: [alg] })
      assert.equal(protectedHeader.kid, 'k')
      assert.equal(vectors.filter(({ check }) => check === 'A-38').length, 5)
      assert.equal(
        vectors.some(({ name }) => name.startsWith('rightly signed')),
        other,
      )
    }
  })

const privateJwk = JSON.stringify({ ...jwks[0][1].privateKey.export({ format: 'jwk' }), kid: 'k' })
const refusals: readonly [Record<string, string>, RegExp][] = [
  [{}, /BETTER_AUTH_SECRET .*JWT_SECRET.*AUTH_PRIVATE_JWK/],
  [{ BETTER_AUTH_SECRET: 'short' }, /^BETTER_AUTH_SECRET must have at least 32 bytes/],
  [{ JWT_SECRET: 'short' }, /^JWT_SECRET must have at least 32 bytes/],
  [{ BETTER_AUTH_SECRET, JWT_SECRET: 'other' }, /BETTER_AUTH_SECRET and JWT_SECRET differ/],
  [{ BETTER_AUTH_SECRET, AUTH_PRIVATE_JWK: '{}' }, /BETTER_AUTH_SECRET or AUTH_PRIVATE_JWK/],
  [{ AUTH_PRIVATE_JWK: '/nowhere' }, /^AUTH_PRIVATE_JWK is neither a JWK nor the path/],
  [{ AUTH_PRIVATE_JWK: '{"kty":"OKP"}' }, /^AUTH_PRIVATE_JWK has no kid/],
  [{ AUTH_PRIVATE_JWK: '{"kid":"k","kty":"oct","k":"AA"}' }, /^AUTH_PRIVATE_JWK is no private key/],
  [{ AUTH_PRIVATE_JWK: privateJwk }, /^AUTH_ISSUER and AUTH_AUDIENCE must be given: .* none where/],
  [{ AUTH_PRIVATE_JWK: privateJwk, AUTH_ISSUER: 'none' }, /^AUTH_AUDIENCE must be given/],
]

for (const [env, message] of refusals)
  test(`no pack is made from ${JSON.stringify(Object.keys(env))}: ${message.source}`, async () => {
    await assert.rejects(signerFrom(env), { message })
  })

for (const text of ['', '[]', '{"users":{"a":"x"},"vectors":[]}', '{"users":{},"vectors":[]}'])
  test(`${text || 'nothing'} is no vector pack`, () => {
    assert.throws(() => parseVectorPack(text), /is no vector pack/)
  })
