import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allChecks } from '../checks/all.ts'
import { groupOf, groups } from '../engine/check.ts'
import { allMutants, faultyMutants } from './mutants/all.ts'
import { variants } from './mutants/variants/all.ts'
import { prove } from './prove.ts'

/** A few of each kind; all of them take minutes and run by `npm run verify:proof`. */
const sample = [
  'accepts-unverified-tokens',
  'caches-verified-tokens-by-their-claims',
  'deletes-a-foreign-task-and-says-404',
  'counts-everybodys-tasks',
  'reflects-any-origin-with-credentials',
  'forgets-every-second-time-whom-it-allows',
  'answers-health-from-memory-for-ever',
  'serves-its-env-file',
  'cuts-long-titles-off',
  'ignores-idempotency-keys',
  'sorts-nothing',
]
const quiet = [
  'orders-members-otherwise-and-indents-them',
  'has-entity-tags-of-another-form',
  'refuses-json-that-is-no-object-with-400',
]

const mutantOf = (id: string) => {
  const mutant = allMutants.find((it) => it.id === id)
  assert.ok(mutant, `no mutant ${id}`)
  return mutant
}

describe('the live suite, put to the proof', () => {
  for (const id of sample) {
    it(`catches that the service ${mutantOf(id).does}`, async () => {
      const { outcome, failed } = await prove(mutantOf(id), { whole: false })
      assert.equal(outcome, 'killed', `failed: ${failed.join(' ') || 'none'}`)
    })
  }
  for (const id of quiet) {
    it(`keeps quiet where the service ${mutantOf(id).does}`, async () => {
      const { outcome, failed, undecided } = await prove(mutantOf(id), { whole: false })
      assert.equal(outcome, 'quiet', [...failed, ...undecided].join(' '))
    })
  }

  it('has mutants enough, each known by one id', () => {
    assert.ok(faultyMutants.length >= 100, `${faultyMutants.length} mutants`)
    assert.ok(variants.length >= 20, `${variants.length} variants`)
    assert.equal(new Set(allMutants.map(({ id }) => id)).size, allMutants.length)
    for (const { id } of allMutants) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/)
    for (const { id, caughtBy } of faultyMutants) assert.ok(caughtBy.length > 0, id)
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
