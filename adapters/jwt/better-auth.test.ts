import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import { httpServer } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { remoteKeys } from './remote-keys.ts'

// The environment could override the option below.
delete process.env.BETTER_AUTH_TELEMETRY

const server = await httpServer(() => undefined)
const { origin } = server
const url = new URL('/api/auth/jwks', origin)
after(() => server.close())
const auth = betterAuth({
  baseURL: origin,
  secret: randomBytes(32).toString('hex'),
  database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
  emailAndPassword: { enabled: true },
  plugins: [jwt()],
  logger: { disabled: true },
  telemetry: { enabled: false },
})
server.listener = toNodeHandler(auth)
const signUp = await fetch(`${origin}/api/auth/sign-up/email`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', origin },
  body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'correct horse' }),
})
const { user } = (await signUp.json()) as { user: { id: string } }
const cookie = signUp.headers.getSetCookie().map((line) => line.split(';')[0])
const issued = await fetch(`${origin}/api/auth/token`, { headers: { cookie: cookie.join('; ') } })
const { token } = (await issued.json()) as { token: string }

const ownerOf = (iss: string, aud: string) =>
  jwtIdentity({
    keys: remoteKeys({ url, timeoutMs: 120_000 }),
    issuers: [iss],
    audiences: [aud],
  }).ownerOf(token)

test("a token of a real Better Auth server speaks for the server's user", async () => {
  assert.ok(user.id)
  assert.equal(await ownerOf(url.origin, url.origin), user.id)
})

test('the same token is refused where another issuer or audience is expected', async () => {
  await assert.rejects(ownerOf(`${url.origin}/`, url.origin), { code: 'token_invalid' })
  await assert.rejects(ownerOf(url.origin, 'https://other.example'), { code: 'token_invalid' })
})

test('its key serves under no other algorithm', async () => {
  const [, payload, signature] = token.split('.')
  const { kid } = JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString())
  for (const alg of ['none', 'HS256', 'ES256']) {
    const header = Buffer.from(JSON.stringify({ alg, kid })).toString('base64url')
    const identity = jwtIdentity({ keys: remoteKeys({ url, timeoutMs: 120_000 }) })
    const confused = identity.ownerOf(`${header}.${payload}.${signature}`)
    await assert.rejects(confused, { code: 'token_invalid' })
  }
})
