import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { idempotencyOf, keyViolations } from './idempotency-key.ts'

describe('Idempotency-Key', () => {
  for (const key of ['a', '!~', 'k'.repeat(255), '"quoted"', 'a,b'])
    it(`may be ${key.slice(0, 20)}`, () => assert.deepEqual(keyViolations(key), []))
  for (const key of ['', 'a b', 'a, b', ' a', 'k'.repeat(256), 'é', 'a\tb', '\x7f'])
    it(`must not be ${JSON.stringify(key).slice(0, 20)}`, () =>
      assert.deepEqual(
        keyViolations(key).map(({ field }) => field),
        ['Idempotency-Key'],
      ))

  it('goes with path and body, byte for byte', () => {
    const print = (path: string, text: string) =>
      idempotencyOf('k', path, Buffer.from(text))?.fingerprint
    assert.equal(print('/x', '{}'), print('/x', '{}'))
    const all = [print('/x', '{}'), print('/y', '{}'), print('/x', '{ }'), print('/x', '')]
    assert.equal(new Set(all).size, 4)
  })
})
