import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allChecks } from '../checks/all.ts'
import { groupOf, groups } from '../engine/check.ts'
import { allPlants, faults } from './mutants/all.ts'
import { variants } from './mutants/variants.ts'
import { prove } from './prove.ts'

/** A few of each kind; all of them take minutes and run by `npm run verify:proof`. */
const sample = [
  'FA01',
  'FA44',
  'FI05',
  'FI12',
  'FC02',
  'FC32',
  'FS02',
  'FS17',
  'FV10',
  'FD13',
  'FD26',
]
const quiet = ['B03', 'B04', 'B18']

const plantOf = (id: string) => {
  const plant = allPlants.find((it) => it.id === id)
  assert.ok(plant, `no plant ${id}`)
  return plant
}

describe('the live suite, put to the proof', () => {
  for (const id of sample) {
    it(`catches that the service ${plantOf(id).does}`, async () => {
      const { outcome, failed } = await prove(plantOf(id))
      assert.equal(outcome, 'killed', `failed: ${failed.join(' ') || 'none'}`)
    })
  }
  for (const id of quiet) {
    it(`keeps quiet where the service ${plantOf(id).does}`, async () => {
      const { outcome, failed, inconclusive } = await prove(plantOf(id))
      assert.equal(outcome, 'quiet', [...failed, ...inconclusive].join(' '))
    })
  }

  it('has plants enough, each known by one id', () => {
    assert.ok(faults.length >= 100, `${faults.length} faults`)
    assert.ok(variants.length >= 20, `${variants.length} variants`)
    assert.equal(new Set(allPlants.map(({ id }) => id)).size, allPlants.length)
    for (const { id, caughtBy } of faults) assert.ok(caughtBy.length > 0, id)
  })

  it('has checks that are known by one id, in a group, with a promise and a fix', () => {
    assert.equal(new Set(allChecks.map(({ id }) => id)).size, allChecks.length)
    for (const { id, promise, fix, requirements, record } of allChecks) {
      assert.ok(groupOf(id) in groups, id)
      assert.match(id, /^[A-Z]-\d\d$/)
      assert.match(record, /^ADR-\d{4}$/, id)
      assert.ok(promise !== '' && fix !== '' && requirements.length > 0, id)
    }
  })
})
