import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { MISSING, ORIGIN, type Sent, serving, TASKS } from './fixtures.ts'

const server = await serving()
after(server.close)
const strict = await serving({ settings: { rateLimitPerMinute: 1 } })
after(strict.close)
const first = { as: 'ada', json: { title: 'a' }, headers: ['Idempotency-Key: used'] }
const { id } = (await server.send(`POST ${TASKS}`, first)).json
await server.ada(`PATCH ${TASKS}/${id}/complete`, { headers: ['Idempotency-Key: c'] })
await strict.send(`GET ${TASKS}`, { as: 'ada' })
await strict.send(`GET ${TASKS}`)

const stranger = 'Origin: https://evil.example'
const large = 'x'.repeat(65_537)
const text = 'Content-Type: text/plain'
const json = 'Content-Type: application/json'
const stale = 'If-Match: "99"'

/** Each request breaks two rules that stand next to each other; the code is that of the first. */
const rows: Record<string, [string, string, Sent][]> = {
  origin_not_allowed: [
    ['origin before route', 'GET /nowhere', { headers: [stranger] }],
    ['origin before method', 'DELETE /livez', { headers: [stranger] }],
    ['origin before token', `GET ${TASKS}`, { headers: [stranger] }],
  ],
  route_not_found: [['route before token', `GET ${TASKS}/a/b`, {}]],
  method_not_allowed: [
    ['method before token', `DELETE ${TASKS}`, {}],
    ['method before a bad token', `PUT ${TASKS}`, { headers: ['Authorization: x'] }],
    ['method before body', `PUT ${TASKS}`, { headers: [text], body: large }],
  ],
  token_missing: [
    ['token before media type', `POST ${TASKS}`, { headers: [text], body: 'x' }],
    ['token before size', `POST ${TASKS}`, { headers: [json], body: large }],
    ['token before syntax', `POST ${TASKS}`, { headers: [json], body: '{' }],
    ['token before values', `GET ${TASKS}?page=0`, {}],
    ['token before id', `GET ${TASKS}/x`, {}],
  ],
  unsupported_media_type: [
    ['media type before size', `POST ${TASKS}`, { as: 'ada', headers: [text], body: large }],
    ['media type before syntax', `POST ${TASKS}`, { as: 'ada', headers: [text], body: '{' }],
    ['media type before id', `PATCH ${TASKS}/x`, { as: 'ada', headers: [text], body: '{}' }],
  ],
  body_too_large: [
    ['size before syntax', `POST ${TASKS}`, { as: 'ada', headers: [json], body: large }],
    ['size before id', `PUT ${TASKS}/x`, { as: 'ada', headers: [json], body: large }],
  ],
  malformed_request: [
    [
      'syntax before a bad key',
      `POST ${TASKS}`,
      { as: 'ada', headers: [json, 'Idempotency-Key: a b'], body: '{' },
    ],
    ['syntax of the query before values', `GET ${TASKS}?page=0&search=%zz`, { as: 'ada' }],
    ['syntax before id', `PATCH ${TASKS}/x`, { as: 'ada', headers: [json], body: '{' }],
    ['a body that is needed before id', `PATCH ${TASKS}/x`, { as: 'ada' }],
  ],
  validation_failed: [
    ['values before id', `PATCH ${TASKS}/x`, { as: 'ada', json: { title: ' ' } }],
    ['types before id', `PATCH ${TASKS}/x/complete`, { as: 'ada', json: { completed: 1 } }],
    [
      'a bad key before id',
      `PATCH ${TASKS}/x/complete`,
      { as: 'ada', headers: ['Idempotency-Key: a b'] },
    ],
    [
      'values before replay',
      `POST ${TASKS}`,
      { as: 'ada', headers: ['Idempotency-Key: used'], json: { title: ' ' } },
    ],
  ],
  idempotency_key_reused: [
    [
      'a reused key before id',
      `PATCH ${TASKS}/${MISSING}/complete`,
      { as: 'ada', headers: ['Idempotency-Key: c'] },
    ],
  ],
  task_not_found: [
    [
      'id before precondition',
      `PATCH ${TASKS}/${MISSING}`,
      { as: 'ada', headers: [stale], json: {} },
    ],
    ['id before precondition on DELETE', `DELETE ${TASKS}/x`, { as: 'ada', headers: [stale] }],
    [
      'id before precondition on complete',
      `PATCH ${TASKS}/x/complete`,
      { as: 'ada', headers: [stale] },
    ],
  ],
}

describe('the order of refusal', () => {
  for (const [code, of] of Object.entries(rows))
    for (const [name, line, sent] of of)
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

  const limited: typeof rows = {
    origin_not_allowed: [
      ['origin before rate', `GET ${TASKS}`, { as: 'ada', headers: [stranger] }],
    ],
    route_not_found: [['route before rate', `GET ${TASKS}/a/b`, { as: 'ada' }]],
    method_not_allowed: [['method before rate', `DELETE ${TASKS}`, {}]],
    rate_limited: [
      ['rate instead of a missing token', `GET ${TASKS}`, {}],
      ['rate instead of a bad token', `GET ${TASKS}`, { headers: ['Authorization: x'] }],
      ['rate before media type', `POST ${TASKS}`, { as: 'ada', headers: [text], body: 'x' }],
      ['rate before size', `POST ${TASKS}`, { as: 'ada', headers: [json], body: large }],
      ['rate before syntax', `POST ${TASKS}`, { as: 'ada', headers: [json], body: '{' }],
      ['rate before values', `GET ${TASKS}?page=0`, { as: 'ada' }],
      ['rate before id', `GET ${TASKS}/x`, { as: 'ada' }],
    ],
    none: [['a good token before the rate of the address', `GET ${TASKS}`, { as: 'new' }]],
  }
  for (const [code, of] of Object.entries(limited))
    for (const [name, line, sent] of of)
      it(name, async () => assert.equal((await strict.send(line, sent)).json.code ?? 'none', code))

  it('rate after origin, so that browsers may read it', async () => {
    const answer = await strict.send(`GET ${TASKS}`, { as: 'ada', headers: [`Origin: ${ORIGIN}`] })
    assert.equal(answer.status, 429)
    assert.equal(answer.headers['access-control-allow-origin'], ORIGIN)
    assert.match(answer.headers['access-control-expose-headers'] ?? '', /Retry-After/)
  })
})
