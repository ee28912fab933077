import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { BODY_MAX_BYTES, parseJson, readBody } from './body.ts'

const read = (headers: Record<string, string>, ...chunks: (string | Buffer)[]) =>
  readBody(Readable.from(chunks.map((it) => Buffer.from(it as string))), headers, [
    'application/json',
    'application/merge-patch+json',
  ])
const json = { 'content-type': 'application/json' }

describe('the media type of a body', () => {
  for (const type of [
    'application/json',
    'APPLICATION/Json',
    ' application/json ',
    'application/json;',
    'application/json;charset=utf-8',
    'application/json ; Charset="UTF-8"',
    'application/json;profile="a;charset=latin1";v=1',
    'application/json; x="\\";charset=latin1"',
    'application/json; charset="\\u\\t\\f-8"',
    '\tapplication/json\t;\tcharset=utf-8\t',
    'application/merge-patch+json',
  ])
    it(`may be ${type}`, async () =>
      assert.equal((await read({ 'content-type': type }, '{}')).toString(), '{}'))

  for (const type of [
    '',
    'json',
    'application/jsonx',
    'application/json-patch+json',
    'application/vnd.api+json',
    'application/json, text/plain',
    'text/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'application/json;charset=utf-16',
    'application/json;charset=utf8',
    'application/json;charset=',
    'application/json;charset="utf-8',
    'application/json;charset=utf-8;charset=latin1',
    'application/json;charset=latin1;charset=utf-8',
    'application/json; CHARSET = latin1',
    'application/json; charset="\\"utf-8\\""',
    '\u00a0application/json',
    'application/json\u00a0',
    'application/json;charset=utf-8\u00a0',
  ])
    it(`must not be ${type || 'nothing'}`, () =>
      assert.rejects(read({ 'content-type': type }, '{}'), { code: 'unsupported_media_type' }))

  for (const coding of ['gzip', 'br', 'identity, gzip', 'x', 'identity\u00a0'])
    it(`must not be coded as ${coding}`, () =>
      assert.rejects(read({ ...json, 'content-encoding': coding }, '{}'), {
        code: 'unsupported_media_type',
      }))

  it('takes no time to read, however many blanks are in it', async () => {
    const blanks = ' '.repeat(30_000)
    const refused = { code: 'unsupported_media_type' }
    await assert.rejects(read({ 'content-type': `a${blanks}b` }, '{}'), refused)
    assert.equal(
      (await read({ 'content-type': `${json['content-type']};a${blanks}` }, '1')).length,
      1,
    )
  })

  it('may be coded as itself', async () => {
    assert.equal((await read({ ...json, 'content-encoding': 'Identity' }, '1')).length, 1)
  })

  it('is nothing to anybody where there is no body', async () => {
    for (const type of ['application/json', 'text/plain', ''])
      assert.equal((await read({ 'content-type': type, 'content-encoding': 'gzip' })).length, 0)
    assert.equal((await read({})).length, 0)
  })
})

describe('the size of a body', () => {
  const half = Buffer.alloc(BODY_MAX_BYTES / 2)
  it('may be 64 KiB', async () => {
    assert.equal((await read(json, half, half)).length, 65_536)
  })
  it('must not be a byte more', () =>
    assert.rejects(read(json, half, half, 'x'), { code: 'body_too_large' }))
  it('matters less than its type', () =>
    assert.rejects(read({}, half, half, 'x'), { code: 'unsupported_media_type' }))
})

it('a body that breaks off is malformed', async () => {
  const broken = new Readable({
    read() {
      this.push('{')
      this.destroy(new Error('aborted'))
    },
  })
  await assert.rejects(readBody(broken, json, ['application/json']), { code: 'malformed_request' })
})

describe('JSON', () => {
  const values: [string, unknown][] = [
    ['', undefined],
    ['null', null],
    [' {"a":1}\n', { a: 1 }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['"\\ud800"', '\ud800'],
    ['"🚢"', '🚢'],
  ]
  for (const [text, value] of values)
    it(`is read: ${text || 'nothing'}`, () => assert.deepEqual(parseJson(Buffer.from(text)), value))

  const malformed: Record<string, Buffer> = {
    'an open object': Buffer.from('{'),
    'white space': Buffer.from(' '),
    'single quotes': Buffer.from("{'a':1}"),
    'a trailing comma': Buffer.from('{"a":1,}'),
    'two values': Buffer.from('{}{}'),
    NaN: Buffer.from('NaN'),
    'a byte order mark': Buffer.from('\ufeff{}'),
    'UTF-16': Buffer.from('{}', 'utf16le'),
    'invalid UTF-8': Buffer.from([0x22, 0xff, 0x22]),
    'an overlong slash': Buffer.from([0x22, 0xc0, 0xaf, 0x22]),
    'half a pair in UTF-8': Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    'a cut character': Buffer.from([0x22, 0xf0, 0x9f, 0x22]),
    'a raw line break in a string': Buffer.from('"a\nb"'),
    'sixty thousand open lists': Buffer.from('['.repeat(60_000)),
  }
  for (const [name, bytes] of Object.entries(malformed))
    it(`is not ${name}`, () =>
      assert.throws(() => parseJson(bytes), { name: 'HttpProblem', code: 'malformed_request' }))

  it('touches no prototype', () => {
    const value = parseJson(Buffer.from('{"__proto__":{"completed":true}}')) as object
    assert.equal('completed' in value, false)
    assert.equal('completed' in {}, false)
  })
})
