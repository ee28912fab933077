import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { jwt } from 'better-auth/plugins'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { signerFrom } from '../mint-vectors.ts'

const origin = 'https://auth.example'
const secret = randomBytes(32).toString('base64url')
const claims = { AUTH_ISSUER: origin, AUTH_AUDIENCE: origin }

/** The keys that a real Better Auth publishes, and the row of its table in which it keeps the private one. */
const storedBy = async (jwks: object = {}, secrets = {}) => {
  const database: Record<string, Record<string, unknown>[]> = { jwks: [] }
  const auth = betterAuth({
    baseURL: origin,
    secret,
    database: memoryAdapter(database),
    plugins: [jwt({ jwks })],
    logger: { disabled: true },
    telemetry: { enabled: false },
    ...secrets,
  })
  const response = await auth.handler(new Request(`${origin}/api/auth/jwks`))
  return {
    published: createLocalJWKSet((await response.json()) as JSONWebKeySet),
    row: database.jwks?.[0] ?? {},
  }
}

const ways: [string, object?, object?][] = [
  ['encrypted'],
  ['encrypted under a version of the secret', {}, { secrets: [{ version: 3, value: secret }] }],
  ['in the clear', { disablePrivateKeyEncryption: true }],
  ['of P-256', { keyPairConfig: { alg: 'ES256' } }],
  ['of PS256', { keyPairConfig: { alg: 'PS256' } }],
]
for (const [name, ...options] of ways)
  test(`a row of Better Auth signs what its key set verifies: ${name}`, async () => {
    const { published, row } = await storedBy(...options)
    const { privateKey, ...others } = row
    for (const stored of [row, { ...others, private_key: privateKey }]) {
      const AUTH_PRIVATE_JWK = JSON.stringify(stored)
      const env = { AUTH_PRIVATE_JWK, BETTER_AUTH_SECRET: secret, ...claims }
      const { users } = await (await signerFrom(env)).mint()
      const { payload } = await jwtVerify(users.a, published, { issuer: origin, audience: origin })
      assert.match(String(payload.sub), /^vrf-a-/)
    }
  })

test('what keeps a row from being used is said by name', async () => {
  const { row } = await storedBy()
  const AUTH_PRIVATE_JWK = JSON.stringify(row)
  const other = randomBytes(32).toString('base64url')
  const refusals: [Record<string, string>, RegExp][] = [
    [{ AUTH_PRIVATE_JWK }, /^AUTH_PRIVATE_JWK is encrypted: give the BETTER_AUTH_SECRET/],
    [{ AUTH_PRIVATE_JWK, BETTER_AUTH_SECRET: other }, /^BETTER_AUTH_SECRET does not decrypt/],
    [{ AUTH_PRIVATE_JWK: String(row.privateKey) }, /^AUTH_PRIVATE_JWK is an encrypted key without/],
    [
      { AUTH_PRIVATE_JWK: JSON.parse(String(row.privateKey)), BETTER_AUTH_SECRET: secret },
      /give the whole row of the table jwks/,
    ],
    [{ AUTH_PRIVATE_JWK, BETTER_AUTH_SECRET: secret }, /^AUTH_ISSUER and AUTH_AUDIENCE must be/],
  ]
  for (const [env, message] of refusals) await assert.rejects(signerFrom(env), { message })
})
