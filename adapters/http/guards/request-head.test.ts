import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { parseAnswer, serving, TASKS } from '../fixtures.ts'

const server = await serving()
after(server.close)

const statusOf = async (...lines: string[]): Promise<number> => {
  const head = [...lines, 'Connection: close', '', ''].join('\r\n')
  return parseAnswer(Buffer.from(await server.raw(head), 'latin1')).status
}

describe('Host', () => {
  for (const host of [
    'tasks.example',
    'TASKS.example.:8080',
    '127.0.0.1:3000',
    '[::1]',
    '[2001:db8::1]:443',
    'x_y--z.up.railway.app',
    'a%20b',
    '',
  ])
    it(`may be ${host || 'empty'}`, async () =>
      assert.equal(await statusOf('GET / HTTP/1.1', `Host: ${host}`), 200))

  for (const host of [
    'a/b',
    'u@h',
    'a b',
    'a\tb',
    '[::1',
    '::1',
    '[::g]',
    '[]',
    '[127.0.0.1]',
    '<s>',
    'a%2',
    'a:b',
    'a:80:80',
    'a?b',
    'a#b',
    'a\\b',
    'http://a',
    'é',
  ])
    it(`must not be ${host}`, async () =>
      assert.equal(await statusOf('GET / HTTP/1.1', `Host: ${host}`), 400))
})

describe('the host of a whole URL', () => {
  for (const [url, status] of [
    ['http://other.example', 200],
    ['http://[::1]:80/', 200],
    ['http://u@h/', 400],
    ['http://a b/', 400],
    ['http://[::g]/', 400],
    ['http:///', 400],
    ['http://:80/', 400],
  ] as const)
    it(`${url} is ${status}`, async () =>
      assert.equal(await statusOf(`GET ${url} HTTP/1.1`, 'Host: a'), status))
})

describe('a line of the head', () => {
  const refused: [string, string, ...string[]][] = [
    ['a blank before the colon', `DELETE ${TASKS}/x HTTP/1.1`, 'Host: a', 'If-Match : "999"'],
    ['two types', `POST ${TASKS} HTTP/1.1`, 'Host: a', 'Content-Type: a/b', 'Content-Type: a/b'],
    ['no name', 'GET / HTTP/1.1', 'Host: a', ': b'],
    ['another version', 'GET / HTTP/2.0', 'Host: a'],
    ['a coding in HTTP/1.0', `POST ${TASKS} HTTP/1.0`, 'Transfer-Encoding: chunked'],
  ]
  for (const [name, ...lines] of refused)
    it(`has not ${name}`, async () => assert.equal(await statusOf(...lines), 400))
})

describe('a transfer coding', () => {
  const posted = (coding: string) =>
    server.ada(`POST ${TASKS}`, {
      headers: ['Content-Type: application/json', `Transfer-Encoding: ${coding}`],
      body: '5\r\n{"tit\r\nb\r\nle": "abc"}\r\n0\r\n\r\n',
    })
  for (const coding of ['chunked', 'Chunked'])
    it(`may be ${coding}`, async () => assert.equal((await posted(coding)).status, 201))
  for (const coding of ['gzip, chunked', 'foo, chunked', 'chunked, chunked', 'identity, chunked'])
    it(`must not be ${coding}`, async () => assert.equal((await posted(coding)).status, 400))
})

describe('a header behind more lines than Node keeps', () => {
  const padding = Array.from({ length: 1_000 }, () => 'a:')
  const refused = async (line: string, more: string[], body = '') => {
    const headers = [...padding, ...more, 'Content-Type: application/json']
    const { status } = await server.ada(line, { headers, body })
    assert.ok(status >= 400 && status < 500, `${status}`)
  }
  for (const more of [
    ['Origin: https://evil.example'],
    ['Idempotency-Key: k'],
    ['Content-Encoding: gzip'],
    ['Authorization: Bearer x'],
  ])
    it(`is not dropped: ${more}`, () => refused(`POST ${TASKS}`, more, '{"title":"hidden"}'))

  it('is not dropped: If-Match', async () => {
    const { json } = await server.ada(`POST ${TASKS}`, { json: { title: 'kept' } })
    await refused(`DELETE ${TASKS}/${json.id}`, ['If-Match: "999"'])
    assert.equal((await server.ada(`GET ${TASKS}/${json.id}`)).status, 200)
  })

  it('has done nothing', async () => {
    const { json } = await server.ada(`GET ${TASKS}?search=hidden`)
    assert.equal(json.total, 0)
  })
})
