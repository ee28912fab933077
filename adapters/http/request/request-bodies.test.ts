import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Sent, serving, TASKS } from '../fixtures.ts'

const server = await serving()
after(server.close)
const { headers } = await server.send(`POST ${TASKS}`, { as: 'ada', json: { title: 'a' } })
const path = headers.location ?? ''

const json = 'Content-Type: application/json'
const padded = (size: number) => {
  const [head, tail] = ['{"title":"a","x":"', '"}']
  return head + 'x'.repeat(size - head.length - tail.length) + tail
}
const chunked = (text: string) => `${[...text].map((char) => `1\r\n${char}\r\n`).join('')}0\r\n\r\n`
const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`

const posted: [string, Sent, number][] = [
  ['64 KiB', { headers: [json], body: padded(65_536) }, 201],
  ['a byte more', { headers: [json], body: padded(65_537) }, 413],
  [
    'a byte more in chunks',
    {
      headers: [json, 'Transfer-Encoding: chunked'],
      body: `10001\r\n${padded(65_537)}\r\n0\r\n\r\n`,
    },
    413,
  ],
  ['a megabyte', { headers: [json], body: padded(1_048_577) }, 413],
  [
    'chunks',
    { headers: [json, 'Transfer-Encoding: chunked'], body: chunked('{"title":"a"}') },
    201,
  ],
  ['no body', {}, 400],
  ['no body but a type', { headers: [json] }, 400],
  ['no body and another type', { headers: ['Content-Type: text/plain'] }, 400],
  ['a body without a type', { body: '{"title":"a"}' }, 415],
  ['chunks without a type', { headers: ['Transfer-Encoding: chunked'], body: chunked('{}') }, 415],
  ['an empty type', { headers: ['Content-Type:'], body: '{"title":"a"}' }, 415],
  [
    'a form',
    { headers: ['Content-Type: application/x-www-form-urlencoded'], body: 'title=a' },
    415,
  ],
  ['a type that is none', { headers: ['Content-Type: json'], body: '{"title":"a"}' }, 415],
  ['utf-8 by name', { headers: [`${json}; charset=UTF-8`], body: '{"title":"ä"}' }, 201],
  ['any parameter', { headers: [`${json};v=1;profile="a;b"`], body: '{"title":"a"}' }, 201],
  ['latin1 by name', { headers: [`${json}; charset=iso-8859-1`], body: '{"title":"a"}' }, 415],
  [
    'latin1 after utf-8',
    { headers: [`${json};charset=utf-8;charset=latin1`], body: '{"title":"a"}' },
    415,
  ],
  ['gzip', { headers: [json, 'Content-Encoding: gzip'], body: '{"title":"a"}' }, 415],
  ['identity', { headers: [json, 'Content-Encoding: identity'], body: '{"title":"a"}' }, 201],
  ['invalid UTF-8', { headers: [json], body: Buffer.from('{"title":"\xff"}', 'latin1') }, 400],
  ['a byte order mark', { headers: [json], body: '\ufeff{"title":"a"}' }, 400],
  ['broken JSON', { headers: [json], body: '{"title":"a"' }, 400],
  ['white space', { headers: [json], body: ' \n' }, 400],
  ['null', { headers: [json], body: 'null' }, 422],
  ['a list', { headers: [json], body: '[{"title":"a"}]' }, 422],
  ['a string', { headers: [json], body: '"title"' }, 422],
  ['a member twice, the last one good', { headers: [json], body: '{"title":1,"title":"a"}' }, 201],
  ['a member twice, the last one bad', { headers: [json], body: '{"title":"a","title":1}' }, 422],
  ['a deep unknown member', { headers: [json], body: `{"title":"a","x":${deep}}` }, 201],
  ['a deep known member', { headers: [json], body: `{"title":"a","tags":${deep}}` }, 422],
  ['a deep list', { headers: [json], body: deep }, 422],
  ['a prototype for a title', { headers: [json], body: '{"__proto__":{"title":"a"}}' }, 422],
  ['a title of 201', { json: { title: 'a'.repeat(201) } }, 422],
  ['NUL', { json: { title: 'a\0' } }, 422],
  ['half a pair', { headers: [json], body: '{"title":"\\ud83d"}' }, 422],
  ['a number for a title', { json: { title: 1 } }, 422],
  ['a text for completed', { json: { title: 'a', completed: 'true' } }, 422],
  ['a number for completed', { json: { title: 'a', completed: 1 } }, 422],
  ['null for completed', { json: { title: 'a', completed: null } }, 422],
  ['null for priority', { json: { title: 'a', priority: null } }, 422],
  ['null for tags', { json: { title: 'a', tags: null } }, 422],
  [
    'null for what may be missing',
    { json: { title: 'a', description: null, due_date: null } },
    201,
  ],
  ['30 February', { json: { title: 'a', due_date: '2026-02-30' } }, 422],
]

describe('a body', () => {
  for (const [name, sent, status] of posted)
    it(`${status} to ${name}`, async () => {
      const answer = await server.send(`POST ${TASKS}`, { as: 'ada', ...sent })
      assert.equal(answer.status, status, answer.text)
    })

  it('is judged alike for every operation that takes one', async () => {
    for (const line of [`PATCH ${path}`, `PUT ${path}`, `PATCH ${path}/complete`]) {
      const statuses = []
      for (const sent of [
        { body: '{}' },
        { headers: [json], body: padded(65_537) },
        { headers: [json], body: '{' },
        { headers: [json], body: 'null' },
        { json: { completed: 'true' } },
        { json: { completed: null } },
      ])
        statuses.push((await server.send(line, { as: 'ada', ...sent })).status)
      assert.deepEqual(statuses, [415, 413, 400, 422, 422, 422], line)
    }
    for (const line of [`PATCH ${path}`, `PUT ${path}`])
      for (const headers of [[], [json]])
        assert.equal((await server.send(line, { as: 'ada', headers })).status, 400)
  })
})

describe('where no body belongs', () => {
  const bodies: Sent[] = [
    { headers: [json] },
    { headers: [json, 'Content-Length: 0'] },
    { headers: [json], body: '{' },
    { headers: ['Content-Type: text/plain'], body: 'x' },
    { body: 'x' },
    { headers: [json], body: padded(100_000) },
    { headers: [json, 'Content-Encoding: gzip'], body: '{}' },
  ]
  it('a type or a body is no error: GET and HEAD', async () => {
    for (const line of [`GET ${TASKS}`, `GET ${path}`, `HEAD ${path}`, 'GET /livez', 'GET /health'])
      for (const sent of bodies)
        assert.equal((await server.send(line, { as: 'ada', ...sent })).status, 200, line)
  })

  it('a type or a body is no error: DELETE', async () => {
    for (const sent of bodies) {
      const made = await server.send(`POST ${TASKS}`, { as: 'ada', json: { title: 'a' } })
      const answer = await server.send(`DELETE ${made.headers.location}`, { as: 'ada', ...sent })
      assert.deepEqual([answer.status, answer.text], [204, ''])
    }
  })

  it('a query is no body, and must be well spelt all the same', async () => {
    for (const line of [`GET ${path}?a=%zz`, 'GET /livez?%', 'GET /?%C3', `DELETE ${path}?%ff`])
      assert.equal((await server.send(line, { as: 'ada' })).status, 400, line)
    assert.equal((await server.send(`GET ${path}?page=0&page=x`, { as: 'ada' })).status, 200)
  })
})
