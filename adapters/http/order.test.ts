import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MISSING, ORIGIN, type Sent, type Serving, serving, TASKS } from './fixtures.ts'

let server: Serving
let strict: Serving
let id: string

before(async () => {
  server = await serving()
  strict = await serving({ settings: { rateLimitPerMinute: 1 } })
  const first = { as: 'ada', json: { title: 'a' }, headers: ['Idempotency-Key: used'] }
  id = (await server.send(`POST ${TASKS}`, first)).json.id
  await server.send(`PATCH ${TASKS}/${id}/complete`, { as: 'ada', headers: ['Idempotency-Key: c'] })
  await strict.send(`GET ${TASKS}`, { as: 'ada' })
  await strict.send(`GET ${TASKS}`)
})
after(() => Promise.all([server.close(), strict.close()]))

const stranger = 'Origin: https://evil.example'
const large = 'x'.repeat(65_537)
const text = 'Content-Type: text/plain'
const json = 'Content-Type: application/json'
const stale = 'If-Match: "99"'

/** Each request breaks two rules that stand next to each other; the code is that of the first. */
const rows: [string, string, Sent, string][] = [
  ['origin before route', 'GET /nowhere', { headers: [stranger] }, 'origin_not_allowed'],
  ['origin before method', 'DELETE /livez', { headers: [stranger] }, 'origin_not_allowed'],
  ['origin before token', `GET ${TASKS}`, { headers: [stranger] }, 'origin_not_allowed'],
  ['route before token', `GET ${TASKS}/a/b`, {}, 'route_not_found'],
  ['method before token', `DELETE ${TASKS}`, {}, 'method_not_allowed'],
  [
    'method before a bad token',
    `PUT ${TASKS}`,
    { headers: ['Authorization: x'] },
    'method_not_allowed',
  ],
  ['method before body', `PUT ${TASKS}`, { headers: [text], body: large }, 'method_not_allowed'],
  ['token before media type', `POST ${TASKS}`, { headers: [text], body: 'x' }, 'token_missing'],
  ['token before size', `POST ${TASKS}`, { headers: [json], body: large }, 'token_missing'],
  ['token before syntax', `POST ${TASKS}`, { headers: [json], body: '{' }, 'token_missing'],
  ['token before values', `GET ${TASKS}?page=0`, {}, 'token_missing'],
  ['token before id', `GET ${TASKS}/x`, {}, 'token_missing'],
  [
    'media type before size',
    `POST ${TASKS}`,
    { as: 'ada', headers: [text], body: large },
    'unsupported_media_type',
  ],
  [
    'media type before syntax',
    `POST ${TASKS}`,
    { as: 'ada', headers: [text], body: '{' },
    'unsupported_media_type',
  ],
  [
    'media type before id',
    `PATCH ${TASKS}/x`,
    { as: 'ada', headers: [text], body: '{}' },
    'unsupported_media_type',
  ],
  [
    'size before syntax',
    `POST ${TASKS}`,
    { as: 'ada', headers: [json], body: large },
    'body_too_large',
  ],
  [
    'size before id',
    `PUT ${TASKS}/x`,
    { as: 'ada', headers: [json], body: large },
    'body_too_large',
  ],
  [
    'syntax before a bad key',
    `POST ${TASKS}`,
    { as: 'ada', headers: [json, 'Idempotency-Key: a b'], body: '{' },
    'malformed_request',
  ],
  [
    'syntax of the query before values',
    `GET ${TASKS}?page=0&search=%zz`,
    { as: 'ada' },
    'malformed_request',
  ],
  [
    'syntax before id',
    `PATCH ${TASKS}/x`,
    { as: 'ada', headers: [json], body: '{' },
    'malformed_request',
  ],
  ['a body that is needed before id', `PATCH ${TASKS}/x`, { as: 'ada' }, 'malformed_request'],
  [
    'values before id',
    `PATCH ${TASKS}/x`,
    { as: 'ada', json: { title: ' ' } },
    'validation_failed',
  ],
  [
    'types before id',
    `PATCH ${TASKS}/x/complete`,
    { as: 'ada', json: { completed: 1 } },
    'validation_failed',
  ],
  [
    'a bad key before id',
    `PATCH ${TASKS}/x/complete`,
    { as: 'ada', headers: ['Idempotency-Key: a b'] },
    'validation_failed',
  ],
  [
    'values before replay',
    `POST ${TASKS}`,
    { as: 'ada', headers: ['Idempotency-Key: used'], json: { title: ' ' } },
    'validation_failed',
  ],
  [
    'a reused key before id',
    `PATCH ${TASKS}/${MISSING}/complete`,
    { as: 'ada', headers: ['Idempotency-Key: c'] },
    'idempotency_key_reused',
  ],
  [
    'id before precondition',
    `PATCH ${TASKS}/${MISSING}`,
    { as: 'ada', headers: [stale], json: {} },
    'task_not_found',
  ],
  [
    'id before precondition on DELETE',
    `DELETE ${TASKS}/x`,
    { as: 'ada', headers: [stale] },
    'task_not_found',
  ],
  [
    'id before precondition on complete',
    `PATCH ${TASKS}/x/complete`,
    { as: 'ada', headers: [stale] },
    'task_not_found',
  ],
]

describe('the order of refusal', () => {
  for (const [name, line, sent, code] of rows)
    it(name, async () => assert.equal((await server.send(line, sent)).json.code, code))

  it('values before precondition', async () => {
    const sent = { as: 'ada', headers: [stale], json: { title: '' } }
    assert.equal((await server.send(`PATCH ${TASKS}/${id}`, sent)).json.code, 'validation_failed')
  })

  it('a reused key before precondition, and replay before both', async () => {
    const path = `${TASKS}/${id}/complete`
    const sent = { as: 'ada', headers: ['Idempotency-Key: c', stale] }
    const reused = await server.send(`PATCH ${path}`, { ...sent, json: { completed: false } })
    assert.equal(reused.json.code, 'idempotency_key_reused')
    const replayed = await server.send(`PATCH ${path}`, sent)
    assert.deepEqual([replayed.status, replayed.headers['idempotency-replayed']], [200, 'true'])
  })

  it('replay before id', async () => {
    const made = await server.send(`POST ${TASKS}`, { as: 'eve', json: { title: 'a' } })
    const path = `${TASKS}/${made.json.id}`
    const once = { as: 'eve', headers: ['Idempotency-Key: k'] }
    assert.equal((await server.send(`PATCH ${path}/complete`, once)).status, 200)
    assert.equal((await server.send(`DELETE ${path}`, { as: 'eve' })).status, 204)
    const again = await server.send(`PATCH ${path}/complete`, once)
    assert.deepEqual([again.status, again.headers['idempotency-replayed']], [200, 'true'])
  })

  const limited: [string, string, Sent, string][] = [
    [
      'origin before rate',
      `GET ${TASKS}`,
      { as: 'ada', headers: [stranger] },
      'origin_not_allowed',
    ],
    ['route before rate', `GET ${TASKS}/a/b`, { as: 'ada' }, 'route_not_found'],
    ['method before rate', `DELETE ${TASKS}`, {}, 'method_not_allowed'],
    ['rate instead of a missing token', `GET ${TASKS}`, {}, 'rate_limited'],
    [
      'rate instead of a bad token',
      `GET ${TASKS}`,
      { headers: ['Authorization: x'] },
      'rate_limited',
    ],
    ['a good token before the rate of the address', `GET ${TASKS}`, { as: 'new' }, ''],
    [
      'rate before media type',
      `POST ${TASKS}`,
      { as: 'ada', headers: [text], body: 'x' },
      'rate_limited',
    ],
    [
      'rate before size',
      `POST ${TASKS}`,
      { as: 'ada', headers: [json], body: large },
      'rate_limited',
    ],
    [
      'rate before syntax',
      `POST ${TASKS}`,
      { as: 'ada', headers: [json], body: '{' },
      'rate_limited',
    ],
    ['rate before values', `GET ${TASKS}?page=0`, { as: 'ada' }, 'rate_limited'],
    ['rate before id', `GET ${TASKS}/x`, { as: 'ada' }, 'rate_limited'],
  ]
  for (const [name, line, sent, code] of limited)
    it(name, async () => assert.equal((await strict.send(line, sent)).json.code ?? '', code))

  it('rate after origin, so that browsers may read it', async () => {
    const answer = await strict.send(`GET ${TASKS}`, { as: 'ada', headers: [`Origin: ${ORIGIN}`] })
    assert.equal(answer.status, 429)
    assert.equal(answer.headers['access-control-allow-origin'], ORIGIN)
    assert.match(answer.headers['access-control-expose-headers'] ?? '', /Retry-After/)
  })
})
