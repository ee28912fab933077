import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { MISSING, ORIGIN, type Sent, serving, TASKS } from '../fixtures.ts'

const SECOND = 'http://localhost:3000'
const server = await serving({ settings: { origins: [ORIGIN, SECOND] } })
after(server.close)

const corsHeaders = (headers: Record<string, string>) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))
const EXPOSED = 'ETag, Location, Link, Retry-After, X-Request-Id, Idempotency-Replayed'

describe('an allowed origin', () => {
  const asked: [number, string, Sent?][] = [
    [200, 'GET /livez'],
    [200, 'HEAD /livez'],
    [200, `GET ${TASKS}`, { as: 'ada' }],
    [201, `POST ${TASKS}`, { as: 'ada', json: { title: 'a' } }],
    [204, 'OPTIONS /livez'],
    [400, `POST ${TASKS}`, { as: 'ada' }],
    [401, `GET ${TASKS}`],
    [404, 'GET /nowhere'],
    [404, `GET ${TASKS}/${MISSING}`, { as: 'ada' }],
    [405, 'POST /livez'],
    [415, `POST ${TASKS}`, { as: 'ada', body: '{}' }],
    [422, `GET ${TASKS}?page=0`, { as: 'ada' }],
  ]
  for (const [status, line, sent] of asked)
    it(`may read every answer: ${status} to ${line}`, async () => {
      for (const origin of [ORIGIN, SECOND]) {
        const headers = [...(sent?.headers ?? []), `Origin: ${origin}`]
        const answer = await server.send(line, { ...sent, headers })
        assert.equal(answer.status, status)
        assert.equal(answer.headers['access-control-allow-origin'], origin)
        assert.equal(answer.headers['access-control-allow-credentials'], 'true')
        assert.equal(answer.headers['access-control-expose-headers'], EXPOSED)
        assert.equal(corsHeaders(answer.headers).length, 3)
        assert.equal(answer.headers.vary, 'Origin')
      }
    })

  for (const path of ['/', TASKS, `${TASKS}/${MISSING}`, '/nowhere', '//', '/docs/', '*'])
    it(`gets its preflight on any path: ${path}`, async () => {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', '']) {
        const headers = [
          `Origin: ${ORIGIN}`,
          `Access-Control-Request-Method: ${method}`,
          'Access-Control-Request-Headers: authorization,x-anything',
        ]
        const answer = await server.send(`OPTIONS ${path}`, { headers })
        assert.deepEqual([answer.status, answer.text], [204, ''])
        const granted = answer.headers
        assert.equal(granted['access-control-allow-origin'], ORIGIN)
        assert.equal(granted['access-control-allow-credentials'], 'true')
        assert.equal(granted['access-control-allow-methods'], 'GET, HEAD, POST, PUT, PATCH, DELETE')
        assert.equal(
          granted['access-control-allow-headers'],
          'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id, traceparent, tracestate, baggage, sentry-trace',
        )
        assert.equal(granted['access-control-max-age'], '7200')
        assert.equal(corsHeaders(granted).length, 5)
        assert.equal(granted.vary, 'Origin')
      }
    })
})

describe('any other origin', () => {
  const refused = [
    ...['null', '', 'https://evil.example', '*', 'https://app.example.com.', 'undefined', 'true'],
    ...['http://app.example.com', 'https://app.example.com:443', 'https://app.example.com:8443'],
    ...['https://app.example.com/', 'https://APP.example.com', 'HTTPS://app.example.com'],
    ...['https://example.com', 'https://x.app.example.com', 'https://app.example.com.evil.example'],
    ...['https://evil-app.example.com', 'https://app.example.co', 'https://app.example.comm'],
    ...['https://user@app.example.com', 'https://app.example.com https://app.example.com'],
    ...['https://app.example.com,https://app.example.com', 'https://app.example.com, null'],
    ...[
      'app.example.com',
      '//app.example.com',
      'https://app%2eexample.com',
      'https://appéexample.com',
    ],
    ...[
      'http://localhost',
      'http://localhost:3001',
      'http://127.0.0.1:3000',
      'https://localhost:3000',
    ],
    ...[
      'file://',
      'chrome-extension://abc',
      'https://app.example.com\t',
      'https://app.example.com#',
    ],
  ].filter((origin) => origin.trimEnd() !== ORIGIN)

  for (const origin of refused)
    it(`is refused: ${JSON.stringify(origin)}`, async () => {
      const headers = [`Origin: ${origin}`]
      const before = await server.send(`GET ${TASKS}`, { as: 'victim' })
      const lines: [string, Sent][] = [
        ['GET /livez', { headers }],
        ['GET /health', { headers }],
        ['GET /nowhere', { headers }],
        ['OPTIONS /livez', { headers }],
        [`OPTIONS ${TASKS}`, { headers: [...headers, 'Access-Control-Request-Method: POST'] }],
        [`POST ${TASKS}`, { as: 'victim', headers, json: { title: 'forged' } }],
      ]
      for (const [line, sent] of lines) {
        const answer = await server.send(line, sent)
        assert.deepEqual([answer.status, answer.json.code], [403, 'origin_not_allowed'], line)
        assert.deepEqual(corsHeaders(answer.headers), [])
        assert.equal(answer.headers.vary, 'Origin')
      }
      const now = await server.send(`GET ${TASKS}`, { as: 'victim' })
      assert.deepEqual(now.json, before.json)
    })

  it('is refused twice over, even when each alone is allowed', async () => {
    for (const [one, two] of [
      [ORIGIN, ORIGIN],
      [ORIGIN, 'https://evil.example'],
      ['https://evil.example', ORIGIN],
      [ORIGIN, ''],
      ['', ORIGIN],
    ]) {
      const answer = await server.send('GET /livez', {
        headers: [`Origin: ${one}`, `Origin: ${two}`],
      })
      assert.deepEqual([answer.status, corsHeaders(answer.headers)], [403, []])
    }
  })
})

describe('no origin', () => {
  for (const line of ['GET /livez', 'GET /nowhere', `GET ${TASKS}`, 'OPTIONS /livez'])
    it(`gets no header of the protocol: ${line}`, async () => {
      const headers = [
        'Referer: https://evil.example/',
        'Sec-Fetch-Site: cross-site',
        'Access-Control-Request-Method: PUT',
      ]
      for (const sent of [{}, { headers }]) {
        const answer = await server.send(line, sent)
        assert.deepEqual(corsHeaders(answer.headers), [])
        assert.equal(answer.headers.vary, 'Origin')
      }
    })
})

it('with no origin allowed every one is refused', async () => {
  const closed = await serving({ settings: { origins: [] } })
  const answer = await closed.send('GET /livez', { headers: [`Origin: ${ORIGIN}`] })
  assert.equal(answer.status, 403)
  assert.equal((await closed.send('GET /livez')).status, 200)
  await closed.close()
})
