import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  type HttpResponse,
  MISSING,
  ORIGIN,
  type Sent,
  type Serving,
  serving,
  TASKS,
} from './fixtures.ts'

const server = await serving()
after(server.close)
const production = await serving({ settings: { environment: 'production', docs: false } })
after(production.close)
const { id } = (await server.ada(`POST ${TASKS}`, { json: { title: 'a' } })).json

const preflight = [`Origin: ${ORIGIN}`, 'Access-Control-Request-Method: PUT']
const large = { as: 'ada', headers: ['Content-Type: application/json'], body: 'x'.repeat(65_537) }

/** One of every kind of answer. */
const kinds: [number, string, Sent?][] = [
  [200, 'GET /'],
  [200, 'GET /livez'],
  [200, 'GET /health'],
  [200, 'HEAD /health'],
  [200, `GET ${TASKS}`, { as: 'ada' }],
  [200, `GET ${TASKS}/{id}`, { as: 'ada' }],
  [201, `POST ${TASKS}`, { as: 'ada', json: { title: 'a' } }],
  [204, `DELETE ${TASKS}/{made}`, { as: 'ada' }],
  [204, 'OPTIONS /livez'],
  [204, 'OPTIONS /anywhere', { headers: preflight }],
  [304, `GET ${TASKS}/{id}`, { as: 'ada', headers: ['If-None-Match: *'] }],
  [400, `POST ${TASKS}`, { as: 'ada' }],
  [401, `GET ${TASKS}`],
  [401, `GET ${TASKS}`, { headers: ['Authorization: Bearer x'] }],
  [403, 'GET /livez', { headers: ['Origin: null'] }],
  [404, 'GET /nowhere'],
  [404, `GET ${TASKS}/${MISSING}`, { as: 'ada' }],
  [405, 'TRACE /livez'],
  [412, `DELETE ${TASKS}/{id}`, { as: 'ada', headers: ['If-Match: "99"'] }],
  [413, `POST ${TASKS}`, large],
  [415, `POST ${TASKS}`, { as: 'ada', body: '{}' }],
  [422, `POST ${TASKS}`, { as: 'ada', json: {} }],
]

const common = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: 'Origin',
}
const never = [
  'server',
  'x-powered-by',
  'set-cookie',
  'x-ratelimit-limit',
  'access-control-allow-origin',
]

const ask = async ({ send }: Serving, line: string, sent?: Sent): Promise<HttpResponse> => {
  const { json } = line.includes('{made}')
    ? await send(`POST ${TASKS}`, { as: 'ada', json: { title: 'made' } })
    : { json: { id } }
  return send(line.replace(/\{(id|made)\}/, json.id), sent)
}

describe('an answer', () => {
  for (const [status, line, sent] of kinds)
    it(`has the common headers: ${status} to ${line}`, async () => {
      const answer = await ask(server, line, sent)
      assert.equal(answer.status, status)
      const { headers } = answer
      for (const [name, value] of Object.entries(common)) assert.equal(headers[name], value, name)
      assert.match(headers['x-request-id'] ?? '', /^[\da-f-]{36}$/)
      assert.equal(headers['strict-transport-security'], undefined)
      for (const name of sent?.headers === preflight ? never.slice(0, 4) : never)
        assert.equal(headers[name], undefined, name)
      if (status === 204 || status === 304) {
        assert.deepEqual([answer.text, headers['content-type']], ['', undefined])
        if (status === 204) assert.equal(headers['content-length'], undefined)
      } else if (status < 300) assert.match(headers['content-type'] ?? '', /^application\/json/)
      else assertProblem(answer)
    })

  it('has HSTS in production, whatever it is', async () => {
    for (const [status, line, sent] of kinds) {
      const answer = await production.send(line.replace(/\{\w+\}/, MISSING), sent)
      assert.equal(
        answer.headers['strict-transport-security'],
        'max-age=31536000; includeSubDomains',
        `${status} to ${line}`,
      )
    }
  })

  const ids: [string, boolean][] = [
    ['a', true],
    ['A.b_c-9', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['', false],
    ['a b', false],
    ['a/b', false],
    ['a"b', false],
    ['é', false],
    ['{{7*7}}', false],
  ]
  for (const [told, kept] of ids)
    it(`${kept ? 'keeps' : 'replaces'} the request id ${JSON.stringify(told)}`, async () => {
      for (const path of ['/livez', '/nowhere']) {
        const answer = await server.send(`GET ${path}`, { headers: [`X-Request-Id: ${told}`] })
        const { 'x-request-id': id } = answer.headers
        assert.equal(id === told, kept)
        if (path === '/nowhere') assert.equal(answer.json.request_id, id)
      }
    })

  it('takes no request id from two', async () => {
    const answer = await server.send('GET /livez', {
      headers: ['X-Request-Id: a', 'X-Request-Id: a'],
    })
    assert.match(answer.headers['x-request-id'] ?? '', /^[\da-f-]{36}$/)
  })

  it('is logged in one line that names no value of the request', async () => {
    server.lines.length = 0
    await server.send(`GET ${TASKS}/secret?search=secret`, {
      as: 'secret',
      headers: ['X-Request-Id: known', 'User-Agent: secret'],
    })
    assert.equal(server.lines.length, 1)
    const { duration_ms, ...line } = server.lines[0] ?? {}
    assert.equal(typeof duration_ms, 'number')
    assert.deepEqual(line, {
      level: 'info',
      request_id: 'known',
      method: 'GET',
      route: '/api/v1/tasks/:id',
      status: 404,
      message: 'request',
    })
  })
})

describe('a problem', () => {
  it('has these members and no other', async () => {
    const { json, headers } = await server.ada(`GET ${TASKS}/x`)
    assert.equal(headers['content-type'], 'application/problem+json')
    assert.deepEqual(json, {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No such task.',
      code: 'task_not_found',
      request_id: headers['x-request-id'],
    })
  })

  it('names the members at fault as callers know them', async () => {
    const sent = { as: 'ada', json: { title: 'a', due_date: '0000-01-01', tags: [' '] } }
    const { json } = await server.send(`POST ${TASKS}`, sent)
    assert.deepEqual(json.errors, [
      { field: 'due_date', message: 'must be a real date as YYYY-MM-DD' },
      { field: 'tags', message: 'has a blank tag' },
    ])
  })

  it('repeats nothing that the caller sent', async () => {
    const canary = 'c4n4ry'
    const sent: [string, Sent][] = [
      [`GET /${canary}?${canary}`, {}],
      [`GET ${TASKS}/${canary}`, { as: canary }],
      [`GET ${TASKS}?sort_by=${canary}&page=${canary}&cursor=${canary}`, { as: 'ada' }],
      [`GET ${TASKS}`, { headers: [`Authorization: Bearer ${canary}`] }],
      [`GET ${TASKS}`, { headers: [`Origin: https://${canary}.example`] }],
      [`POST ${TASKS}`, { as: 'ada', json: { [canary]: 1, priority: canary, tags: [{ canary }] } }],
      [
        `POST ${TASKS}`,
        { as: 'ada', headers: ['Content-Type: application/json'], body: `{"${canary}` },
      ],
      [`POST ${TASKS}`, { as: 'ada', headers: [`Content-Type: x/${canary}`], body: '{}' }],
      [
        `POST ${TASKS}`,
        { as: 'ada', json: { title: 'a' }, headers: [`Idempotency-Key: ${canary} x`] },
      ],
    ]
    for (const [line, options] of sent) {
      const answer = await server.send(line, options)
      assert.ok(answer.status >= 400)
      assert.equal(JSON.stringify([answer.text, answer.headers]).includes(canary), false, line)
      assertProblem(answer)
    }
  })
})

const assertProblem = ({ status, headers, text, json }: HttpResponse) => {
  assert.equal(headers['content-type'], 'application/problem+json')
  if (text === '') return
  const members = ['type', 'title', 'status', 'detail', 'code', 'request_id']
  if (json.code === 'validation_failed') members.push('errors')
  assert.deepEqual(Object.keys(json), members)
  assert.deepEqual([json.type, json.status], ['about:blank', status])
  assert.equal(json.request_id, headers['x-request-id'])
  for (const name of ['title', 'detail', 'code']) assert.equal(typeof json[name], 'string')
  for (const error of json.errors ?? []) assert.deepEqual(Object.keys(error), ['field', 'message'])
}
