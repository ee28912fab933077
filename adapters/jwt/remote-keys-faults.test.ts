import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { describe, test } from 'node:test'
import { Fault } from '../../domain/fault.ts'
import { ed25519Key, httpServer } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { DOCUMENT_BYTES_MAX, FETCH_TIMEOUT_MS } from './jwk-set-document.ts'
import { RETRY_DELAY_MS, remoteKeys } from './remote-keys.ts'

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

const faults: Record<string, RequestListener> = {
  'status 500': answer(document, 500),
  'status 404': answer(document, 404),
  'status 204': answer('', 204),
  'status 203': answer(document, 203),
  'a redirect, 301': redirect(301),
  'a redirect, 302': redirect(302),
  'a redirect, 307': redirect(307),
  HTML: answer('<!doctype html><title>Sign in</title>', 200, { 'content-type': 'text/html' }),
  'an empty body': answer(''),
  'half a document': answer(document.slice(0, -2)),
  'another shape': answer('{"keys":{}}'),
  'an array': answer(`[${document}]`),
  'a single JWK': answer(JSON.stringify(key.publicJwk)),
  'invalid UTF-8': answer(Buffer.from(document.replace('{', '{"a":"\xff",'), 'latin1')),
  'a byte too many': answer(sized(DOCUMENT_BYTES_MAX + 1)),
  'no end of bytes': (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536, 32)));
    }
    response.on('drain', more)
    more()
  },
  'a reset': (_, response) => response.destroy(),
  'a reset halfway': (_, response) => {
    response.writeHead(200, { 'content-length': document.length })
    response.write(document.slice(0, 9), () => response.destroy())
  },
  'no answer': () => undefined,
  'no end': (_, response) => {
    response.write(document)
  },
}

describe('keys that cannot be had are no verdict on a token', { concurrency: true }, () => {
  for (const [name, listener] of Object.entries(faults)) test(name, (t) => outage(t, listener))
})

const outage = async (t: { after(fn: () => unknown): void }, listener: RequestListener) => {
  const server = await httpServer(listener)
  t.after(() => server.close())
  const states: unknown[] = []
  let clock = 0
  const keys = remoteKeys({
    url: new URL(server.origin),
    now: () => clock,
    onState: (state, cause) => states.push([state, cause instanceof Error]),
  })
  const identity = jwtIdentity({ keys })
  const isUnavailable = (error: unknown) =>
    error instanceof Fault &&
    error.code === 'authentication_unavailable' &&
    error.cause instanceof Error
  const started = Date.now()
  const many = Array.from({ length: 20 }, () =>
    assert.rejects(identity.ownerOf(token), isUnavailable),
  )
  await Promise.all(many)
  assert.ok(Date.now() - started < 2 * FETCH_TIMEOUT_MS)
  assert.equal(server.requests, 1)

  clock += RETRY_DELAY_MS - 1
  server.listener = answer(document)
  await assert.rejects(identity.ownerOf(token), isUnavailable)
  assert.equal(server.requests, 1)

  clock += 1
  assert.equal(await identity.ownerOf(token), 'ada')
  assert.equal(server.requests, 2)
  assert.deepEqual(states, [
    ['unreachable', true],
    ['reachable', false],
  ])
}

test('a document of the greatest size is read', async (t) => {
  const server = await httpServer(answer(sized(DOCUMENT_BYTES_MAX)))
  t.after(() => server.close())
  const identity = jwtIdentity({ keys: remoteKeys({ url: new URL(server.origin) }) })
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
    assert.deepEqual([calls.length, url, redirect], [1, href, 'error'])
    assert.ok(signal instanceof AbortSignal && signal.aborted)
  }
  assert.ok(timers() <= before)
})
