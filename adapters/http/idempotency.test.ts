import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type HttpResponse, type Sent, serving, TASKS } from './fixtures.ts'

const server = await serving()
after(server.close)

let keys = 0
const fresh = () => {
  keys += 1
  return `key-${keys}`
}
const create = (key: string, more: Sent = {}, path = TASKS) =>
  server.ada(`POST ${path}`, {
    json: { title: 'a' },
    ...more,
    headers: [`Idempotency-Key: ${key}`, ...(more.headers ?? [])],
  })
const replayed = ({ headers }: HttpResponse) => headers['idempotency-replayed']

describe('an Idempotency-Key', () => {
  it('gets the first answer again, its place and tag too', async () => {
    const key = fresh()
    const first = await create(key)
    assert.deepEqual([first.status, replayed(first)], [201, undefined])
    const path = first.headers.location
    await server.ada(`PATCH ${path}`, { json: { title: 'changed' } })
    for (const more of [{}, { headers: ['If-Match: "9"', 'X-Request-Id: other'] }]) {
      const again = await create(key, more)
      assert.deepEqual([again.status, replayed(again)], [201, 'true'])
      assert.deepEqual(again.json, first.json)
      assert.equal(again.headers.location, path)
      assert.equal(again.headers.etag, first.headers.etag)
    }
  })

  it('is the same with a trailing slash, a query or a host in the target', async () => {
    const key = fresh()
    const { json } = await create(key)
    for (const path of [`${TASKS}/`, `${TASKS}?a=b`, `http://x${TASKS}`])
      assert.deepEqual((await create(key, {}, path)).json, json)
  })

  it('goes with the bytes of the body', async () => {
    const key = fresh()
    await create(key)
    for (const body of ['{"title": "a"}', '{"title":"b"}', '{"title":"a","x":1}']) {
      const reused = await create(key, {
        json: undefined,
        body,
        headers: ['Content-Type: application/json'],
      })
      assert.deepEqual([reused.status, reused.json.code], [422, 'idempotency_key_reused'])
      assert.equal(reused.json.errors, undefined)
    }
  })

  it('belongs to one owner', async () => {
    const key = fresh()
    const [hers, his] = [await create(key), await create(key, { as: 'bob', json: { title: 'b' } })]
    assert.deepEqual([his.status, replayed(his), his.json.user_id], [201, undefined, 'bob'])
    assert.notEqual(his.json.id, hers.json.id)
  })

  it('belongs to one operation', async () => {
    const key = fresh()
    const { headers } = await create(key)
    const headersOf = [`Idempotency-Key: ${key}`]
    const complete = () => server.ada(`PATCH ${headers.location}/complete`, { headers: headersOf })
    const [done, again] = [await complete(), await complete()]
    assert.deepEqual([done.status, replayed(done), done.json.completed], [200, undefined, true])
    assert.deepEqual([again.json, replayed(again)], [done.json, 'true'])
    assert.equal(again.headers.etag, done.headers.etag)
    const slashed = await server.ada(`PATCH ${headers.location}/complete/`, { headers: headersOf })
    assert.equal(replayed(slashed), 'true')
  })

  it('makes one task of many attempts', async () => {
    const key = fresh()
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(key, { as: 'eve' })))
    assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1)
    assert.equal(answers.filter((answer) => replayed(answer) === undefined).length, 1)
    assert.equal((await server.send(`GET ${TASKS}`, { as: 'eve' })).json.total, 1)
  })

  it('remembers no refusal', async () => {
    const key = fresh()
    assert.equal((await create(key, { json: { title: ' ' } })).status, 422)
    assert.equal((await create(key, { json: [] })).status, 422)
    const made = await create(key)
    assert.deepEqual([made.status, replayed(made)], [201, undefined])
  })

  for (const key of ['', 'a b', 'é', 'k'.repeat(256), 'a\tb'])
    it(`is 1 to 255 visible ASCII characters and not ${JSON.stringify(key).slice(0, 20)}`, async () => {
      const { status, json } = await create(key)
      assert.equal(status, 422)
      assert.deepEqual(
        json.errors.map(({ field }) => field),
        ['Idempotency-Key'],
      )
    })

  it('is one and not two', async () => {
    assert.equal((await create(fresh(), { headers: ['Idempotency-Key: b'] })).status, 422)
  })

  it('is ignored elsewhere, however it is spelt', async () => {
    const { headers } = await create(fresh())
    const path = headers.location
    for (const key of ['a b', 'fine'])
      for (const [line, json] of [
        [`GET ${TASKS}`, undefined],
        [`GET ${path}`, undefined],
        [`PATCH ${path}`, { title: key }],
        [`PUT ${path}`, { title: `${key}!` }],
        ['GET /livez', undefined],
      ] as const) {
        const sent = { as: 'ada', headers: [`Idempotency-Key: ${key}`], ...(json && { json }) }
        const answers = [await server.send(line, sent), await server.send(line, sent)]
        for (const answer of answers)
          assert.deepEqual([answer.status, replayed(answer)], [200, undefined])
      }
  })
})
