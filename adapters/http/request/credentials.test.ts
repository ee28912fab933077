import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { serving, TASKS } from '../fixtures.ts'

const server = await serving()
after(server.close)
const token = server.tokenOf('ada')

/** `T` stands for a good token. */
const ask = (
  headers: string[],
  target = TASKS,
  line = `GET ${target.replaceAll('T=', `${token}=`)}`,
) => server.send(line, { headers: headers.map((header) => header.replaceAll('TOKEN', token)) })

describe('a bearer token', () => {
  for (const header of [
    'Authorization: Bearer TOKEN',
    'authorization: bearer TOKEN',
    'AUTHORIZATION: BEARER   TOKEN',
    'Authorization:    bEaReR TOKEN  ',
  ])
    it(`is taken from: ${header}`, async () => assert.equal((await ask([header])).status, 200))

  const missing: string[][] = [
    [],
    ['Cookie: token=TOKEN; session=TOKEN'],
    ['X-Authorization: Bearer TOKEN', 'Proxy-Authorization: Bearer TOKEN'],
    ['X-Auth-Token: TOKEN', 'X-Api-Key: TOKEN', 'Token: TOKEN'],
  ]
  for (const headers of missing)
    it(`is missing: ${headers.join(', ') || 'no header'}`, async () => {
      for (const line of [`GET ${TASKS}`, `GET ${TASKS}?access_token=${token}&token=${token}`]) {
        const answer = await ask(headers, TASKS, line)
        assert.deepEqual([answer.status, answer.json.code], [401, 'token_missing'])
        assert.equal(answer.headers['www-authenticate'], 'Bearer')
      }
    })

  it('is missing in a form too', async () => {
    const answer = await server.send(`POST ${TASKS}`, {
      headers: ['Content-Type: application/x-www-form-urlencoded'],
      body: `access_token=${token}`,
    })
    assert.equal(answer.json.code, 'token_missing')
  })

  const malformed: string[][] = [
    ['Authorization:'],
    ['Authorization: TOKEN'],
    ['Authorization: Bearer'],
    ['Authorization: Bearer '],
    ['Authorization: BearerTOKEN'],
    ['Authorization: Bearer\tTOKEN'],
    ['Authorization: Basic TOKEN'],
    ['Authorization: Token TOKEN'],
    ['Authorization: Bearer Bearer TOKEN'],
    ['Authorization: Bearer TOKEN TOKEN'],
    ['Authorization: Bearer TOKEN,'],
    ['Authorization: Bearer "TOKEN"'],
    ['Authorization: Bearer token=TOKEN'],
    ['Authorization: Bearer a.b'],
    ['Authorization: Bearer TOKEN='],
    ['Authorization: Bearer é.é.é'],
    [`Authorization: Bearer TOKEN${'A'.repeat(8192)}`],
    ['Authorization: Bearer TOKEN', 'Authorization: Bearer TOKEN'],
    ['Authorization: Bearer TOKEN', 'Authorization: Basic x'],
    ['Authorization:', 'Authorization: Bearer TOKEN'],
    ['Authorization: Bearer TOKEN, Bearer TOKEN'],
  ]
  for (const headers of malformed)
    it(`is malformed: ${headers.join(' & ').slice(0, 60)}`, async () => {
      const answer = await ask(headers)
      assert.deepEqual([answer.status, answer.json.code], [401, 'token_malformed'])
      assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"')
      assert.equal(answer.text.includes(token), false)
    })

  it('that is strange or over says which', async () => {
    const refused: [string, string][] = [
      ['a.b.c', 'token_malformed'],
      ['YQ.YQ.YQ', 'token_invalid'],
      [server.identity.issue({ sub: 'ada', exp: 1 }), 'token_expired'],
      [server.identity.issue({ sub: 'ada' }), 'token_invalid'],
    ]
    for (const [strange, code] of refused) {
      const answer = await ask([`Authorization: Bearer ${strange}`])
      assert.deepEqual([answer.status, answer.json.code], [401, code])
      assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"')
    }
  })
})

it('every task operation asks for one', async () => {
  const lines = [
    ...[`GET ${TASKS}`, `HEAD ${TASKS}`, `POST ${TASKS}`, `GET ${TASKS}/x`, `PUT ${TASKS}/x`],
    ...[`PATCH ${TASKS}/x`, `DELETE ${TASKS}/x`, `PATCH ${TASKS}/x/complete`, `GET ${TASKS}/`],
  ]
  for (const line of lines) {
    const answer = await server.send(line, {})
    assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer'], line)
  }
  for (const line of ['GET /', 'GET /health', 'GET /livez', 'GET /docs', 'GET /openapi.json'])
    assert.equal((await server.send(line, { headers: ['Authorization: x'] })).status, 200)
})
