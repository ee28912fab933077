import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { describe, test } from 'node:test'
import { Fault } from '../../domain/fault.ts'
import { ed25519Key, httpServer } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { DOCUMENT_BYTES_MAX } from './jwk-set-document.ts'
import { keySetErrorCode, keySetRemedy } from './key-set-error.ts'
import { RETRY_DELAY_MS, remoteKeys } from './remote-keys.ts'

const TRIES_MAX = 20
const key = ed25519Key()
const token = key.issue({ sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 })
const document = JSON.stringify({ keys: [key.publicJwk] })
const sized = (bytes: number) => document.replace('{', `{${' '.repeat(bytes - document.length)}`)
const answer =
  (body: string | Uint8Array, status = 200, headers = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body)
  }
const redirect =
  (status: number): RequestListener =>
  ({ url }, response) => {
    if (url === '/elsewhere') response.end(document)
    else response.writeHead(status, { location: '/elsewhere' }).end()
  }

const faults: Record<string, [code: string, listener: RequestListener]> = {
  'status 500': ['HTTP_500', answer(document, 500)],
  'status 401': ['HTTP_401', answer(document, 401)],
  'status 404': ['HTTP_404', answer(document, 404)],
  'status 204': ['HTTP_204', answer('', 204)],
  'status 203': ['HTTP_203', answer(document, 203)],
  'a redirect, 301': ['HTTP_301', redirect(301)],
  'a redirect, 302': ['HTTP_302', redirect(302)],
  'a redirect, 307': ['HTTP_307', redirect(307)],
  'a redirect, 308': ['HTTP_308', redirect(308)],
  HTML: [
    'NOT_A_KEY_SET',
    answer('<!doctype html><title>Sign in</title>', 200, { 'content-type': 'text/html' }),
  ],
  'an empty body': ['NOT_A_KEY_SET', answer('')],
  'half a document': ['NOT_A_KEY_SET', answer(document.slice(0, -2))],
  'another shape': ['NOT_A_KEY_SET', answer('{"keys":{}}')],
  'an array': ['NOT_A_KEY_SET', answer(`[${document}]`)],
  'a single JWK': ['NOT_A_KEY_SET', answer(JSON.stringify(key.publicJwk))],
  'invalid UTF-8': [
    'NOT_A_KEY_SET',
    answer(Buffer.from(document.replace('{', '{"a":"\xff",'), 'latin1')),
  ],
  'a byte too many': ['TOO_LARGE', answer(sized(DOCUMENT_BYTES_MAX + 1))],
  'no end of bytes': [
    'TOO_LARGE',
    (_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(65_536, 32)));
      }
      response.on('drain', more)
      more()
    },
  ],
  'a reset': ['UND_ERR_SOCKET', (_, response) => response.destroy()],
  'a reset halfway': [
    'UND_ERR_SOCKET',
    (_, response) => {
      response.writeHead(200, { 'content-length': document.length })
      response.write(document.slice(0, 9), () => response.destroy())
    },
  ],
  'no answer': ['TIMEOUT', () => undefined],
  'no end': [
    'TIMEOUT',
    (_, response) => {
      response.write(document)
    },
  ],
}

describe('keys that cannot be had are no verdict on a token', { concurrency: true }, () => {
  for (const [name, [code, listener]] of Object.entries(faults))
    test(name, (t) => outage(t, code, listener))
})

const outage = async (
  t: { after(fn: () => unknown): void },
  code: string,
  listener: RequestListener,
) => {
  const server = await httpServer(listener)
  t.after(() => server.close())
  const states: unknown[] = []
  let clock = 0
  const keys = remoteKeys({
    url: new URL(server.origin),
    now: () => clock,
    // Only silence is to be met by it, and no machine that is busy.
    ...(code !== 'TIMEOUT' && { timeoutMs: 120_000 }),
    onState: (state) => states.push(state),
  })
  const identity = jwtIdentity({ keys })
  const isUnavailable = (error: unknown) =>
    error instanceof Fault &&
    error.code === 'authentication_unavailable' &&
    error.cause instanceof Error
  const many = Array.from({ length: 20 }, () =>
    assert.rejects(identity.ownerOf(token), isUnavailable),
  )
  await Promise.all(many)
  // All of them were told by the one fetch, whose time is bounded: nobody waited for another one.
  assert.deepEqual([server.requests, states.length], [1, 1])

  clock += RETRY_DELAY_MS - 1
  server.listener = answer(document)
  await assert.rejects(identity.ownerOf(token), isUnavailable)
  assert.equal(server.requests, 1)

  clock += 1
  // A machine that is busy may meet the time of silence with any answer.
  for (let tries = 1; code === 'TIMEOUT' && tries < TRIES_MAX; tries += 1) {
    if (await identity.ownerOf(token).catch(() => undefined)) break
    clock += RETRY_DELAY_MS
  }
  assert.equal(await identity.ownerOf(token), 'ada')
  if (code !== 'TIMEOUT') assert.equal<number>(server.requests, 2)
  assert.deepEqual(states, [
    { reachable: false, code, remedy: keySetRemedy(code), hasKeys: false },
    { reachable: true, keys: 1, refused: [] },
  ])
}

test('a document of the greatest size is read', async (t) => {
  const server = await httpServer(answer(sized(DOCUMENT_BYTES_MAX)))
  t.after(() => server.close())
  const identity = jwtIdentity({
    keys: remoteKeys({ url: new URL(server.origin), timeoutMs: 120_000 }),
  })
  assert.equal(await identity.ownerOf(token), 'ada')
})

test('a server that is down makes unavailable what it decides, and nothing else', async () => {
  const server = await httpServer(answer(document))
  await server.close()
  const identity = jwtIdentity({ keys: remoteKeys({ url: new URL(server.origin) }) })
  await assert.rejects(identity.ownerOf(token), { code: 'authentication_unavailable' })
  await assert.rejects(identity.ownerOf('a.b.c.d'), { code: 'token_malformed' })
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  await assert.rejects(identity.ownerOf(token.replace(/^[^.]+/, none)), { code: 'token_invalid' })
  await assert.rejects(identity.ownerOf(key.issue({}, { kid: 1 })), { code: 'token_invalid' })
})

test('fetch can be given, may not follow, and leaves nothing open', async () => {
  const { href } = new URL('https://auth.example/api/auth/jwks')
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  for (const status of [200, 500]) {
    const calls: unknown[][] = []
    const fetch = async (...[url, init]: Parameters<typeof globalThis.fetch>) => {
      calls.push([String(url), init?.redirect, init?.signal])
      return new Response(document, { status })
    }
    const identity = jwtIdentity({ keys: remoteKeys({ url: new URL(href), fetch }) })
    const answer = await identity.ownerOf(token).catch(({ code }) => code)
    assert.equal(answer, status === 200 ? 'ada' : 'authentication_unavailable')
    const [[url, redirect, signal] = []] = calls
    assert.deepEqual([calls.length, url, redirect], [1, href, 'manual'])
    assert.ok(signal instanceof AbortSignal && signal.aborted)
  }
  assert.ok(timers() <= before)
})

test('a host that is unknown or closed is told as such, and every code has its remedy', async () => {
  const codeOf = (url: string) => fetch(url).then(() => 'none', keySetErrorCode)
  const server = await httpServer(answer(document))
  await server.close()
  assert.equal(await codeOf(server.origin), 'ECONNREFUSED')
  // A label has at most 63 characters (RFC 1035 §2.3.4): this is known also where no server of names is in reach.
  assert.equal(await codeOf(`http://${'x'.repeat(64)}.invalid/jwks`), 'ENOTFOUND')
  const fallback = keySetRemedy('UNKNOWN')
  for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'CERT_HAS_EXPIRED', 'HTTP_403', 'HTTP_502'])
    assert.notEqual(keySetRemedy(code), fallback)
  assert.equal(keySetErrorCode(new Error('x')), 'UNKNOWN')
})
