import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { MISSING, ORIGIN, type Sent, type Serving, serving, TASKS } from './fixtures.ts'

const limited = async (t: TestContext, settings = {}) => {
  const server = await serving({ settings: { rateLimitPerMinute: 2, ...settings } })
  t.after(server.close)
  return server
}
const statuses = async ({ send }: Serving, requests: [string, Sent?][]) => {
  const seen = []
  for (const [line, sent] of requests) seen.push((await send(line, sent)).status)
  return seen
}
const get: [string, Sent] = [`GET ${TASKS}`, { as: 'ada' }]

describe('the rate of an owner', () => {
  it('is counted over all operations and refused beyond the limit', async (t) => {
    const server = await limited(t)
    assert.deepEqual(
      await statuses(server, [get, [`GET ${TASKS}/${MISSING}`, { as: 'ada' }]]),
      [200, 404],
    )
    const { status, json, headers } = await server.send(...get)
    assert.deepEqual([status, json.code], [429, 'rate_limited'])
    assert.match(headers['retry-after'] ?? '', /^([1-9]|[1-5]\d|60)$/)
    assert.equal(headers['www-authenticate'], undefined)
    const made = await server.ada(`POST ${TASKS}`, { json: { title: 'a' } })
    assert.equal(made.status, 429)
  })

  it('is nobody else’s, not even from the same address', async (t) => {
    const server = await limited(t)
    await statuses(server, [get, get, get])
    assert.deepEqual(
      await statuses(server, [[`GET ${TASKS}`, { as: 'bob' }], [`GET ${TASKS}`]]),
      [200, 401],
    )
  })

  it('counts what is refused later', async (t) => {
    const server = await limited(t)
    const bad: [string, Sent] = [`GET ${TASKS}?page=0`, { as: 'ada' }]
    assert.deepEqual(await statuses(server, [bad, bad, get]), [422, 422, 429])
  })
})

describe('the rate of an address', () => {
  it('takes the place of 401 beyond the limit, whatever is wrong with the token', async (t) => {
    const server = await limited(t)
    const bad: [string, Sent][] = [
      [`GET ${TASKS}`, {}],
      [`GET ${TASKS}`, { headers: ['Authorization: Bearer x'] }],
      [`GET ${TASKS}`, { headers: ['Authorization: Bearer a.b.c'] }],
      [`GET ${TASKS}`, {}],
    ]
    assert.deepEqual(await statuses(server, bad), [401, 401, 429, 429])
    const { headers } = await server.send(`GET ${TASKS}`)
    assert.equal(headers['www-authenticate'], undefined)
    assert.ok(headers['retry-after'])
    assert.deepEqual(await statuses(server, [get]), [200])
  })

  it('counts the open operations, but for health and liveness', async (t) => {
    const server = await limited(t)
    assert.deepEqual(await statuses(server, [['GET /'], ['HEAD /'], ['GET /'], ['GET /docs']]), [
      ...[200, 200, 429, 429],
    ])
    for (const path of ['/health', '/livez'])
      assert.deepEqual(await statuses(server, Array(5).fill([`GET ${path}`])), Array(5).fill(200))
  })

  it('counts no preflight, no refused origin, nothing that is not served', async (t) => {
    const server = await limited(t)
    const preflight = { headers: [`Origin: ${ORIGIN}`, 'Access-Control-Request-Method: GET'] }
    const free: [string, Sent?][] = [
      [`OPTIONS ${TASKS}`, preflight],
      [`OPTIONS ${TASKS}`],
      ['GET /', { headers: ['Origin: null'] }],
      [`GET ${TASKS}`, { as: 'ada', headers: ['Origin: null'] }],
      ['GET /nowhere'],
      ['POST /'],
    ]
    for (let round = 0; round < 3; round += 1)
      assert.deepEqual(await statuses(server, free), [204, 204, 403, 403, 404, 405])
    assert.deepEqual(await statuses(server, [['GET /'], ['GET /'], get, get]), [200, 200, 200, 200])
    for (const [line, sent] of free.slice(0, 4))
      assert.notEqual((await server.send(line, sent)).status, 429)
  })

  for (const behindRailway of [true, false])
    it(`is not what a stranger says it is, ${behindRailway ? 'on' : 'off'} Railway`, async (t) => {
      const server = await limited(t, { behindRailway })
      const claims = ['1.1.1.1', '2.2.2.2', '100.64.0.1', '::1'].map((address): [string, Sent] => [
        `GET ${TASKS}`,
        {
          headers: [
            `X-Real-IP: ${address}`,
            `X-Forwarded-For: ${address}`,
            `Forwarded: for=${address}`,
            `X-Client-IP: ${address}`,
            `CF-Connecting-IP: ${address}`,
          ],
        },
      ])
      assert.deepEqual(await statuses(server, claims), [401, 401, 429, 429])
    })
})
