import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Sent, serving, TASKS } from '../fixtures.ts'

const server = await serving()
after(server.close)
const { headers } = await server.ada(`POST ${TASKS}`, { json: { title: 'a' } })
const path = headers.location ?? ''

const json = 'Content-Type: application/json'
const typed = (body: string | Buffer, type = json, ...more: string[]): Sent => ({
  headers: [type, ...more],
  body,
})
const padded = (size: number) => {
  const [head, tail] = ['{"title":"a","x":"', '"}']
  return head + 'x'.repeat(size - head.length - tail.length) + tail
}
const chunked = (text: string) => `${[...text].map((char) => `1\r\n${char}\r\n`).join('')}0\r\n\r\n`
const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`

const posted: [string, Sent, number][] = [
  ['64 KiB', typed(padded(65_536)), 201],
  ['a byte more', typed(padded(65_537)), 413],
  [
    'a byte more in chunks',
    typed(`10001\r\n${padded(65_537)}\r\n0\r\n\r\n`, json, 'Transfer-Encoding: chunked'),
    413,
  ],
  ['a megabyte', typed(padded(1_048_577)), 413],
  ['chunks', typed(chunked('{"title":"a"}'), json, 'Transfer-Encoding: chunked'), 201],
  ['no body', {}, 400],
  ['no body but a type', { headers: [json] }, 400],
  ['no body and another type', { headers: ['Content-Type: text/plain'] }, 400],
  ['a body without a type', { body: '{"title":"a"}' }, 415],
  ['chunks without a type', { headers: ['Transfer-Encoding: chunked'], body: chunked('{}') }, 415],
  ['an empty type', typed('{"title":"a"}', 'Content-Type:'), 415],
  ['a form', typed('title=a', 'Content-Type: application/x-www-form-urlencoded'), 415],
  ['a type that is none', typed('{"title":"a"}', 'Content-Type: json'), 415],
  ['utf-8 by name', typed('{"title":"ä"}', `${json}; charset=UTF-8`), 201],
  ['any parameter', typed('{"title":"a"}', `${json};v=1;profile="a;b"`), 201],
  ['latin1 by name', typed('{"title":"a"}', `${json}; charset=iso-8859-1`), 415],
  ['latin1 after utf-8', typed('{"title":"a"}', `${json};charset=utf-8;charset=latin1`), 415],
  ['gzip', typed('{"title":"a"}', json, 'Content-Encoding: gzip'), 415],
  ['identity', typed('{"title":"a"}', json, 'Content-Encoding: identity'), 201],
  ['invalid UTF-8', typed(Buffer.from('{"title":"\xff"}', 'latin1')), 400],
  ['a byte order mark', typed('\ufeff{"title":"a"}'), 400],
  ['broken JSON', typed('{"title":"a"'), 400],
  ['white space', typed(' \n'), 400],
  ['null', typed('null'), 422],
  ['a list', typed('[{"title":"a"}]'), 422],
  ['a string', typed('"title"'), 422],
  ['a member twice, the last one good', typed('{"title":1,"title":"a"}'), 201],
  ['a member twice, the last one bad', typed('{"title":"a","title":1}'), 422],
  ['a deep unknown member', typed(`{"title":"a","x":${deep}}`), 201],
  ['a deep known member', typed(`{"title":"a","tags":${deep}}`), 422],
  ['a deep list', typed(deep), 422],
  ['a prototype for a title', typed('{"__proto__":{"title":"a"}}'), 422],
  ['a title of 201', { json: { title: 'a'.repeat(201) } }, 422],
  ['NUL', { json: { title: 'a\0' } }, 422],
  ['half a pair', typed('{"title":"\\ud83d"}'), 422],
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
      const answer = await server.ada(`POST ${TASKS}`, sent)
      assert.equal(answer.status, status, answer.text)
    })

  it('is judged alike for every operation that takes one', async () => {
    for (const line of [`PATCH ${path}`, `PUT ${path}`, `PATCH ${path}/complete`]) {
      const statuses = []
      for (const sent of [
        { body: '{}' },
        typed(padded(65_537)),
        typed('{'),
        typed('null'),
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
    typed('{'),
    typed('x', 'Content-Type: text/plain'),
    { body: 'x' },
    typed(padded(100_000)),
    typed('{}', json, 'Content-Encoding: gzip'),
    { headers: ['Content-Type: undefined'] },
    typed('{}', 'Content-Type: undefined'),
  ]
  it('a type or a body is no error: GET and HEAD', async () => {
    for (const line of [`GET ${TASKS}`, `GET ${path}`, `HEAD ${path}`, 'GET /livez', 'GET /health'])
      for (const sent of bodies)
        assert.equal((await server.send(line, { as: 'ada', ...sent })).status, 200, line)
  })

  it('a type or a body is no error: DELETE', async () => {
    for (const sent of bodies) {
      const made = await server.ada(`POST ${TASKS}`, { json: { title: 'a' } })
      const answer = await server.ada(`DELETE ${made.headers.location}`, sent)
      assert.deepEqual([answer.status, answer.text], [204, ''])
    }
  })

  it('a query is no body, and must be well spelt all the same', async () => {
    for (const line of [`GET ${path}?a=%zz`, 'GET /livez?%', 'GET /?%C3', `DELETE ${path}?%ff`])
      assert.equal((await server.send(line, { as: 'ada' })).status, 400, line)
    assert.equal((await server.ada(`GET ${path}?page=0&page=x`)).status, 200)
  })
})
