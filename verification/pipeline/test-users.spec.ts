import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { authServer, password, serving } from './fixtures.ts'
import { SignInError, testUserTokens } from './test-users.ts'

const auth = await authServer()
const withoutTokens = await authServer([])
const broken = await serving((_, response) => response.writeHead(302, { Location: '/' }).end())
after(() => Promise.all([auth, withoutTokens, broken].map(({ close }) => close())))

const env = {
  AUTH_URL: auth.url,
  TEST_USER_A: `ada@example.com:${password}`,
  TEST_USER_B: `bob@example.com:${password}`,
}

test('two users of a real Better Auth get a token each, valid long enough for a run', async () => {
  const { TOKEN_A = '', TOKEN_B = '' } = await testUserTokens(env)
  const [a, b] = [decodeJwt(TOKEN_A), decodeJwt(TOKEN_B)]
  assert.notEqual(a.sub, b.sub)
  for (const { iss, aud, exp = 0 } of [a, b]) {
    assert.deepEqual([iss, aud], [auth.origin, auth.origin])
    assert.ok(exp * 1000 > Date.now() + 10 * 60_000)
  }
})

test('a slash at the end of AUTH_URL changes nothing, and without AUTH_URL nobody signs in', async () => {
  assert.ok((await testUserTokens({ ...env, AUTH_URL: `${auth.url}/` })).TOKEN_A)
  assert.deepEqual(await testUserTokens({ ...env, AUTH_URL: ' ' }), {})
})

const refusals: Record<string, [change: object, said: RegExp]> = {
  'a wrong password': [
    { TEST_USER_B: 'bob@example.com:hunter2hunter2' },
    /^TEST_USER_B cannot sign in: AUTH_URL answers 401$/,
  ],
  'no user': [{ TEST_USER_A: '' }, /^TEST_USER_A is missing: write/],
  'a user without a password': [
    { TEST_USER_B: 'bob@example.com' },
    /^TEST_USER_B is not understood/,
  ],
  'no URL': [{ AUTH_URL: 'hunter2' }, /^AUTH_URL must be where/],
  'a URL without TLS': [{ AUTH_URL: 'http://hunter2.example/api/auth' }, /^AUTH_URL must be/],
  'a server that is away': [
    { AUTH_URL: 'http://127.0.0.1:9/api/auth' },
    /sign in: AUTH_URL does not answer$/,
  ],
  'another path': [
    { AUTH_URL: `${auth.origin}/hunter2` },
    /^TEST_USER_A cannot sign in: AUTH_URL answers 404$/,
  ],
  'a server that leads elsewhere': [{ AUTH_URL: broken.origin }, /AUTH_URL does not answer$/],
  'a Better Auth without its plugin': [
    { AUTH_URL: withoutTokens.url },
    /^TEST_USER_A cannot get a token: AUTH_URL answers 404$/,
  ],
}
for (const [what, [change, said]] of Object.entries(refusals))
  test(`${what} is told in one line by the variable's name`, async () => {
    await assert.rejects(testUserTokens({ ...env, ...change }), (error) => {
      assert.ok(error instanceof SignInError)
      assert.match(error.message, said)
      assert.doesNotMatch(error.message, /hunter2|horse|example\.com:/)
      return true
    })
  })
