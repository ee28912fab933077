import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { identityContract } from '../../application/ports/identity.contract.ts'
import { until } from '../../bootstrap/system/wait.ts'
import { ed25519Key, forge, httpServer } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import {
  COOLDOWN_MS,
  DOUBT_AGE_MS,
  REFRESH_AGE_MS,
  RETRY_DELAY_MS,
  remoteKeys,
  STALE_MAX_MS,
} from './remote-keys.ts'

const authServer = async () => {
  const key = ed25519Key()
  const http = await httpServer((_, response) => {
    response.end(JSON.stringify({ keys: it.keys.map(({ publicJwk }) => publicJwk) }))
  })
  const it = { http, key, keys: [key], url: new URL('/api/auth/jwks', http.origin) }
  return it
}

identityContract('a remote key set', async () => {
  const { http, key, url } = await authServer()
  return {
    identity: jwtIdentity({ keys: remoteKeys({ url, timeoutMs: 120_000 }) }),
    issue: (claims) => key.issue(claims),
    close: () => http.close(),
  }
})

/** An auth server, an identity that trusts it, and a clock that a test sets. */
const setUp = async (t: { after(fn: () => unknown): void }) => {
  const auth = await authServer()
  t.after(() => auth.http.close())
  const states: string[] = []
  let clock = 5_000
  const keys = remoteKeys({
    url: auth.url,
    timeoutMs: 120_000,
    now: () => clock,
    wait: async (ms) => {
      clock += ms
    },
    onState: ({ reachable }) => {
      const state = reachable ? 'reachable' : 'unreachable'
      // One way of being out of reach may follow another.
      if (states.at(-1) !== state) states.push(state)
    },
  })
  const identity = jwtIdentity({ keys })
  const claims = { sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 }
  const answerTo = async (key: { issue(claims: object): string }) =>
    identity.ownerOf(key.issue(claims)).catch(({ code }) => code as string)
  return {
    ...{ auth, states, keys, answerTo },
    time: () => clock,
    pass: (ms: number) => {
      clock += ms
    },
  }
}

test('nothing is fetched before the first token, and once for all that come together', async (t) => {
  const { auth, answerTo, states } = await setUp(t)
  await turn()
  assert.equal(auth.http.requests, 0)
  const answers = await Promise.all(Array.from({ length: 50 }, () => answerTo(auth.key)))
  assert.deepEqual(new Set(answers), new Set(['ada']))
  assert.equal(auth.http.requests, 1)
  assert.deepEqual(states, ['reachable'])
})

test('a set is asked for again when it is old, without making anyone wait', async (t) => {
  const { auth, answerTo, pass } = await setUp(t)
  await answerTo(auth.key)
  pass(REFRESH_AGE_MS - 1)
  await answerTo(auth.key)
  assert.equal(auth.http.requests, 1)
  pass(1)
  const { listener } = auth.http
  let release = () => {}
  auth.http.listener = (request, response) => {
    release = () => listener(request, response)
  }
  const next = ed25519Key()
  auth.keys = [next]
  assert.deepEqual(await Promise.all([answerTo(auth.key), answerTo(auth.key)]), ['ada', 'ada'])
  await until(() => auth.http.requests === 2)
  assert.equal(await answerTo(auth.key), 'ada')
  const answer = answerTo(next)
  release()
  assert.equal(await answer, 'ada')
  assert.equal(auth.http.requests, 2)
  auth.http.listener = listener
  assert.equal(await answerTo(auth.key), 'token_invalid')
})

test('a new key serves at its first token, however soon it follows another', async (t) => {
  const { auth, answerTo } = await setUp(t)
  for (let rotations = 1; rotations <= 3; rotations += 1) {
    assert.deepEqual(await Promise.all([answerTo(auth.key), answerTo(auth.key)]), ['ada', 'ada'])
    assert.equal(auth.http.requests, rotations)
    auth.key = ed25519Key()
    auth.keys = [auth.key]
  }
})

test('a set can be fetched before the first token', async (t) => {
  const { auth, answerTo, keys, states } = await setUp(t)
  await keys.load()
  assert.deepEqual([states, auth.http.requests], [['reachable'], 1])
  assert.equal(await answerTo(auth.key), 'ada')
  assert.equal(auth.http.requests, 1)
})

test('a flood of unknown keys is one fetch per cooldown', async (t) => {
  const { auth, answerTo, time } = await setUp(t)
  const stranger = ed25519Key()
  for (let fetches = 1; fetches <= 3; fetches += 1) {
    const before = time()
    const answers = await Promise.all(Array.from({ length: 50 }, () => answerTo(stranger)))
    assert.deepEqual(new Set(answers), new Set(['token_invalid']))
    assert.equal(auth.http.requests, fetches)
    assert.equal(time() - before, fetches === 1 ? 0 : COOLDOWN_MS)
  }
})

test('a key that was replaced under its name serves as soon as its set is in doubt', async (t) => {
  const { auth, answerTo, pass } = await setUp(t)
  const before = auth.key
  await answerTo(before)
  const next = ed25519Key(before.kid)
  auth.keys = [next]
  pass(DOUBT_AGE_MS - 1)
  assert.deepEqual([await answerTo(next), await answerTo(before)], ['token_invalid', 'ada'])
  assert.equal(auth.http.requests, 1)
  pass(1)
  const answers = await Promise.all([next, next, before].map(answerTo))
  assert.deepEqual(answers.slice(0, 2), ['ada', 'ada'])
  assert.equal(await answerTo(before), 'token_invalid')
  assert.equal(auth.http.requests, 2)
})

test('so does one of another type under the name', async (t) => {
  const { auth, answerTo, pass } = await setUp(t)
  await answerTo(auth.key)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kid } = auth.key
  const next = {
    ...ed25519Key(kid),
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' },
    issue: (claims: object) =>
      forge({ alg: 'ES256', kid }, claims, (input) =>
        sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      ),
  }
  auth.keys = [next as unknown as typeof auth.key]
  assert.equal(await answerTo(next), 'token_invalid')
  pass(DOUBT_AGE_MS)
  assert.equal(await answerTo(next), 'ada')
  assert.equal(auth.http.requests, 2)
})

test('a flood of forged tokens under a known key is one fetch while the set is young', async (t) => {
  const { auth, answerTo, pass } = await setUp(t)
  await answerTo(auth.key)
  const stranger = ed25519Key(auth.key.kid)
  const alg = { issue: (claims: object) => auth.key.issue(claims, { alg: 'ES256' }) }
  for (let fetches = 1; fetches <= 3; fetches += 1) {
    for (const forger of [stranger, alg]) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => answerTo(forger)))
      assert.deepEqual(new Set(answers), new Set(['token_invalid']))
    }
    assert.equal(await answerTo(auth.key), 'ada')
    assert.equal(auth.http.requests, fetches)
    pass(DOUBT_AGE_MS)
  }
})

test('a forged token is invalid also while nobody can say whether its key was replaced', async (t) => {
  const { auth, answerTo, pass } = await setUp(t)
  await answerTo(auth.key)
  pass(DOUBT_AGE_MS)
  auth.http.listener = (_, response) => response.writeHead(500).end()
  const stranger = ed25519Key(auth.key.kid)
  for (let fetches = 2; fetches <= 3; fetches += 1) {
    for (const _ of 'twice') assert.equal(await answerTo(stranger), 'token_invalid')
    assert.equal(await answerTo(auth.key), 'ada')
    assert.equal(auth.http.requests, fetches)
    pass(RETRY_DELAY_MS)
  }
})

test('keys that were fetched again and are the same are not verified with anew', async (t) => {
  const { auth, answerTo, keys, pass } = await setUp(t)
  await answerTo(auth.key)
  const edition = keys.editions?.current()
  pass(DOUBT_AGE_MS)
  await keys.load()
  assert.equal(keys.editions?.current(), edition)
  auth.keys = [auth.key, ed25519Key()]
  pass(DOUBT_AGE_MS)
  await keys.load()
  assert.notEqual(keys.editions?.current(), edition)
})

test('during an outage known keys serve for a bounded time, and nothing is called invalid', async (t) => {
  const { auth, answerTo, pass, states } = await setUp(t)
  await answerTo(auth.key)
  await auth.http.close()
  pass(REFRESH_AGE_MS)
  assert.equal(await answerTo(auth.key), 'ada')
  await until(() => states.length > 1)
  assert.equal(await answerTo(ed25519Key()), 'authentication_unavailable')
  pass(STALE_MAX_MS - REFRESH_AGE_MS - 1)
  assert.equal(await answerTo(auth.key), 'ada')
  pass(1)
  assert.equal(await answerTo(auth.key), 'authentication_unavailable')
  await auth.http.open()
  pass(RETRY_DELAY_MS)
  assert.equal(await answerTo(auth.key), 'ada')
  assert.deepEqual(states, ['reachable', 'unreachable', 'reachable'])
})
