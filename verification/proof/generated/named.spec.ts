import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { instrument } from './code/instrument.ts'
import { keyOf, named, namedKeys } from './named.ts'

describe('the mutants that no check can see', () => {
  let existing: ReadonlySet<string>
  before(async () => {
    const { mutants } = await instrument()
    existing = new Set(mutants.map(keyOf))
  })

  it('all exist', () => {
    const gone = [...namedKeys.keys()].filter((key) => !existing.has(key))
    assert.deepEqual(gone, [], 'the code has changed: take them out of named.json')
  })

  it('each have a reason, and only one', () => {
    const pairs = named.flatMap(({ mutants }) => Object.values(mutants).flat())
    assert.equal(pairs.length, namedKeys.size)
    for (const { kind, reason } of named) {
      assert.match(kind, /^(equivalent|invisible from outside)$/)
      assert.match(reason, /\S+ \S+ \S+/)
    }
  })
})
