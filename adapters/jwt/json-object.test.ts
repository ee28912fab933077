import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonObject } from './json-object.ts'

const read = (text: string) => jsonObject(Buffer.from(text))

test('an object is read as it is', () => {
  const text = '{"a":{"b":1,"c":[{"b":2},{"b":3}]},"b":"{\\"a\\":1,\\"a\\":2}","\\\\":"\\\\","":0}'
  assert.deepEqual(read(text), JSON.parse(text))
  assert.deepEqual(read(' {} '), {})
})

test('any other value is none', () => {
  for (const text of ['[]', '[{}]', 'null', '""', '0', 'true', '', '{', '{}{}', '\ufeff{}'])
    assert.equal(read(text), undefined, text)
})

test('a member named twice is found, however it is spelled and wherever it stands', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"}":["{"]},"b":"\\"","a" \t\n:1}',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":2}',
  ])
    assert.equal(read(text), undefined, text)
})

test('long text takes no long time', () => {
  const long = 'x'.repeat(250_000)
  assert.equal(read(`{"a":"${long}"}`)?.a, long)
  assert.equal(read(`{"a":${'['.repeat(5_000)}"${'\\\\'.repeat(100_000)}`), undefined)
})
