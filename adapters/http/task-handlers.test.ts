import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Json, MISSING, type Sent, serving, TASKS } from './fixtures.ts'

const server = await serving()
after(server.close)

const made = async (json: object = { title: 'a' }) => {
  const answer = await server.ada(`POST ${TASKS}`, { json })
  assert.equal(answer.status, 201, answer.text)
  return { ...answer, path: answer.headers.location ?? '' }
}
const members = [
  ...['id', 'user_id', 'title', 'description', 'completed', 'priority', 'due_date', 'tags'],
  ...['created_at', 'updated_at'],
]
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const UUID7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

describe('a new task', () => {
  it('is answered whole, with its place and its tag', async () => {
    const { json, headers } = await made({ title: ' Ship it 🚢 ' })
    assert.deepEqual(Object.keys(json), members)
    const { id, created_at: created, updated_at: updated, ...rest } = json
    assert.match(id, UUID7)
    assert.match(String(created), INSTANT)
    assert.equal(updated, created)
    assert.deepEqual(rest, {
      user_id: 'ada',
      title: 'Ship it 🚢',
      description: null,
      completed: false,
      priority: 'medium',
      due_date: null,
      tags: [],
    })
    assert.equal(headers.location, `${TASKS}/${id}`)
    assert.match(headers.etag ?? '', /^"[^"]+"$/)
    assert.equal(headers['idempotency-replayed'], undefined)
  })

  it('has all that was sent of it, and nothing that was not to be', async () => {
    const sent = {
      title: 'a',
      description: ' b\n',
      completed: true,
      priority: 'high',
      due_date: '2024-02-29',
      tags: [' B', 'a', 'b'],
    }
    const smuggled = {
      id: MISSING,
      user_id: 'bob',
      created_at: 'x',
      version: 9,
      owner: 'bob',
      x: {},
    }
    const { json, path } = await made({ ...sent, ...smuggled })
    for (const task of [json, (await server.ada(`GET ${path}`)).json]) {
      assert.deepEqual(Object.keys(task), members)
      const { id, created_at: _, updated_at: __, ...kept } = task
      assert.notEqual(id, MISSING)
      assert.deepEqual(kept, { user_id: 'ada', ...sent, tags: ['b', 'a'] })
    }
  })

  it('is not changed by the prototypes in a body', async () => {
    const body = '{"title":"a","__proto__":{"completed":true},"constructor":{"prototype":{"x":1}}}'
    const headers = ['Content-Type: application/json']
    const { status, json } = await server.ada(`POST ${TASKS}`, { headers, body })
    assert.deepEqual([status, json.completed, 'x' in {}], [201, false, false])
  })
})

describe('an update', () => {
  for (const method of ['PATCH', 'PUT'])
    it(`writes the named members only: ${method}`, async () => {
      const { path, json, headers } = await made({ title: 'a', description: 'kept', tags: ['x'] })
      const changed = await server.ada(`${method} ${path}`, {
        json: { title: 'b', id: MISSING, user_id: 'bob', created_at: 'x' },
      })
      assert.equal(changed.status, 200)
      const { updated_at: updated, ...rest } = changed.json
      assert.deepEqual(rest, { ...omit(json, 'updated_at'), title: 'b' })
      assert.ok(String(updated) > String(json.updated_at))
      assert.notEqual(changed.headers.etag, headers.etag)
      const read = await server.ada(`GET ${path}`)
      assert.deepEqual([read.json, read.headers.etag], [changed.json, changed.headers.etag])
    })

  it('clears with null what may be missing', async () => {
    const { path } = await made({ title: 'a', description: 'b', due_date: '2026-01-01' })
    const sent = { as: 'ada', json: { description: null, due_date: null } }
    const { json } = await server.send(`PATCH ${path}`, sent)
    assert.deepEqual([json.description, json.due_date], [null, null])
  })

  it('that changes nothing leaves time and tag alone', async () => {
    const { path, json, headers } = await made({ title: 'a', tags: ['x'] })
    for (const same of [{}, { title: ' a ' }, { tags: ['X', 'x'] }, { completed: false, x: 1 }]) {
      const answer = await server.ada(`PATCH ${path}`, { json: same })
      assert.deepEqual([answer.status, answer.json, answer.headers.etag], [200, json, headers.etag])
    }
  })

  it('may be a merge patch (RFC 7396)', async () => {
    const { path } = await made()
    const headers = ['Content-Type: application/merge-patch+json']
    const sent = { as: 'ada', headers, body: '{"title":"b"}' }
    assert.equal((await server.send(`PATCH ${path}`, sent)).json.title, 'b')
    assert.equal((await server.send(`PUT ${path}`, sent)).status, 415)
    assert.equal((await server.send(`POST ${TASKS}`, sent)).status, 415)
    const set = { ...sent, body: '{"completed":true}' }
    assert.equal((await server.send(`PATCH ${path}/complete`, set)).json.completed, true)
  })
})

describe('completing', () => {
  const toggles: [string, Sent][] = [
    ['no body', {}],
    ['no body but a type', { headers: ['Content-Type: application/json'] }],
    ['no body but a type that is none', { headers: ['Content-Type: undefined'] }],
    [
      'an empty chunked body',
      {
        headers: ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
        body: '0\r\n\r\n',
      },
    ],
    ['a length of zero', { headers: ['Content-Type: application/json', 'Content-Length: 0'] }],
    ['no type and a length of zero', { headers: ['Content-Length: 0'] }],
    ['an object without the member', { json: { done: true } }],
  ]
  for (const [name, sent] of toggles)
    it(`toggles with ${name}`, async () => {
      const { path } = await made()
      for (const expected of [true, false]) {
        const answer = await server.ada(`PATCH ${path}/complete`, sent)
        assert.deepEqual([answer.status, answer.json.completed], [200, expected])
        assert.match(answer.headers.etag ?? '', /^"/)
      }
    })

  it('sets what it is told', async () => {
    const { path } = await made()
    for (const completed of [true, true, false, false]) {
      const answer = await server.ada(`PATCH ${path}/complete`, { json: { completed } })
      assert.equal(answer.json.completed, completed)
    }
  })
})

describe('a condition', () => {
  const conditional = [
    ['PATCH', '', { title: 'b' }],
    ['PUT', '', { title: 'b' }],
    ['PATCH', '/complete', {}],
    ['DELETE', '', undefined],
  ] as const
  // A proxy that compresses makes a weak tag of a strong one.
  const forms = conditional.flatMap((row) => [[...row, ''] as const, [...row, 'W/'] as const])
  for (const [method, suffix, json, form] of forms)
    it(`is kept by ${method} ${suffix} ${form}`, async () => {
      const { path, headers, json: task } = await made()
      const tag = `${form}${headers.etag}`
      const send = (condition: string) =>
        server.ada(`${method} ${path}${suffix}`, {
          headers: [`If-Match: ${condition}`],
          ...(json && { json }),
        })
      for (const condition of [
        '"x"',
        tag.replaceAll('"', ''),
        `w/${headers.etag}`,
        '"99999999999"',
        '',
        '"',
      ]) {
        const { json } = await send(condition)
        assert.deepEqual([json.code, condition], ['precondition_failed', condition])
        assert.match(String(json.detail), /send its ETag as it came, quotes included\.$/)
      }
      assert.deepEqual((await server.ada(`GET ${path}`)).json, task)
      const answer = await send(`"x", ${tag}`)
      assert.ok(answer.status < 300, answer.text)
      assert.equal((await send(tag)).status, method === 'DELETE' ? 404 : 412)
      assert.equal((await send('*')).status, method === 'DELETE' ? 404 : 200)
    })

  it('on reading spares the body', async () => {
    const { path, headers } = await made()
    const tag = headers.etag ?? ''
    for (const condition of ['*', tag, `W/${tag}`, `"x", ${tag}`])
      for (const method of ['GET', 'HEAD']) {
        const answer = await server.ada(`${method} ${path}`, {
          headers: [`If-None-Match: ${condition}`],
        })
        assert.deepEqual([answer.status, answer.text, answer.headers.etag], [304, '', tag])
      }
    for (const condition of ['"x"', tag.replaceAll('"', ''), ''])
      assert.equal(
        (await server.ada(`GET ${path}`, { headers: [`If-None-Match: ${condition}`] })).status,
        200,
      )
    const missing = { as: 'bob', headers: ['If-None-Match: *'] }
    assert.equal((await server.send(`GET ${path}`, missing)).status, 404)
  })
})

describe('what is not there for this owner', () => {
  it('is one answer, whoever has it and whatever is asked', async () => {
    const { path, json } = await made()
    const gone = await made()
    assert.equal((await server.ada(`DELETE ${gone.path}`)).status, 204)
    const requests: [string, string, Sent][] = [
      ['GET', '', { headers: ['If-None-Match: *'] }],
      ['PATCH', '', { json: { title: 'x' }, headers: ['If-Match: "99"'] }],
      ['PUT', '', { json: {} }],
      ['PATCH', '/complete', { headers: ['Idempotency-Key: k'] }],
      ['DELETE', '', { headers: ['If-Match: "1"'] }],
    ]
    const upper = path.toUpperCase().replace(TASKS.toUpperCase(), TASKS)
    for (const [method, suffix, sent] of requests) {
      const headers = [...(sent.headers ?? []), 'X-Request-Id: same']
      const answers = []
      for (const at of [path, gone.path, upper, `${TASKS}/${MISSING}`, `${TASKS}/x`]) {
        const line = `${method} ${at}${suffix}`
        const answer = await server.send(line, { as: 'bob', ...sent, headers })
        answers.push({ ...answer, headers: { ...answer.headers, date: '' } })
      }
      assert.deepEqual([answers[0]?.status, answers[0]?.json.code], [404, 'task_not_found'])
      for (const answer of answers) assert.deepEqual(answer, answers[0])
    }
    assert.deepEqual((await server.ada(`GET ${path}`)).json, json)
  })
})

const omit = (json: Json, name: string) =>
  Object.fromEntries(Object.entries(json).filter(([key]) => key !== name))
