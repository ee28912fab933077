import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { deployment } from './deployment.ts'
import { request } from './http-client.ts'
import { issuer, sharedSecretToken, signingKey } from './issuer.ts'
import { logOf } from './program.ts'
import { SECRET, serviceEnv, serviceProcess } from './service-process.ts'
import { until } from './wait.ts'

/** An auth server that does not fit, as callers and the log of the built service meet it. */
const { built, database, undo } = await deployment()
const auth = await issuer()
after(auth.close)

const start = async (env: NodeJS.ProcessEnv = {}) => {
  const { BETTER_AUTH_SECRET: _, ...given } = serviceEnv(database.url)
  const variables = { ...given, AUTH_JWKS_URL: auth.url, ...env }
  const service = await serviceProcess({ cwd: built.directory, env: variables })
  undo.push(service.kill)
  await service.wrote('"ready"')
  const ask = async (token: string) => {
    const { status, body } = await request(service.port, '/api/v1/tasks', { token })
    return status === 200 ? status : `${status} ${JSON.parse(body).code}`
  }
  const lineWith = async (words: string) => {
    await service.wrote(words)
    const [line, ...more] = logOf(service).filter(({ message }) => String(message).includes(words))
    assert.deepEqual(more, [])
    return line
  }
  return { ask, lineWith }
}

test('a key set out of reach is 503, told with code and remedy, and over when it answers', async () => {
  auth.setOut(true)
  const { ask, lineWith } = await start()
  const line = await lineWith('the key set of AUTH_JWKS_URL cannot be had')
  assert.ok(line?.code && line.remedy, JSON.stringify(line))
  const token = await auth.tokenFor('ada')
  assert.equal(await ask(token), '503 authentication_unavailable')
  auth.setOut(false)
  await until(async () => (await ask(token)) === 200)
  await lineWith('the key set of AUTH_JWKS_URL serves')
  // What is known by now serves on.
  auth.setOut(true)
  assert.equal(await ask(await auth.tokenFor('bob')), 200)
  auth.setOut(false)
})

test('tokens with another issuer or audience than configured are 401, told by the variable', async () => {
  for (const variable of ['AUTH_ISSUER', 'AUTH_AUDIENCE']) {
    const { ask, lineWith } = await start({ [variable]: `${auth.origin}/` })
    for (const user of ['ada', 'bob'])
      assert.equal(await ask(await auth.tokenFor(user)), '401 token_invalid')
    assert.equal((await lineWith('well-signed tokens are refused'))?.variable, variable)
  }
})

test('what the auth server did not sign is 401, told once by reason, with how many were accepted', async () => {
  const { ask, lineWith } = await start()
  const foreign = await signingKey()
  const forged = await auth.tokenFor('ada', { ...foreign, kid: auth.key.kid })
  for (const [words, token, code] of [
    ['tokens are refused for their signature', forged, 'token_invalid'],
    ['tokens name a key', await auth.tokenFor('ada', foreign), 'token_invalid'],
    ['tokens are not signed by', await sharedSecretToken(SECRET, 'ada'), 'token_invalid'],
    ['what is sent is no JWT', 'a-session-of-better-auth', 'token_malformed'],
  ] as const) {
    for (let times = 0; times < 3; times += 1) assert.equal(await ask(token), `401 ${code}`)
    assert.equal((await lineWith(words))?.accepted, 0)
  }
})
