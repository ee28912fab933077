import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { instrument } from './code/instrument.ts'
import { keysOf, named, namedKeys } from './named.ts'
import { sqlMutants } from './sql/sql-mutants.ts'

describe('the mutants that no check can see', () => {
  it('all exist', async () => {
    const { mutants } = await instrument()
    const existing = new Set([...mutants, ...sqlMutants()].flatMap(keysOf))
    const gone = namedKeys.filter((key) => !existing.has(key))
    assert.deepEqual(gone, [], 'the code has changed: take them out of named.json')
  })

  it('are each named once, with a reason', () => {
    assert.equal(new Set(namedKeys).size, namedKeys.length)
    for (const { kind, reason } of named) {
      assert.match(kind, /^(equivalent|invisible from outside|left open by the contract)$/)
      assert.match(reason, /\S+ \S+ \S+/)
    }
  })
})
