import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from './fault.ts'
import { isPosition, type SortKey, sortValue, type TaskFilter, validFilter } from './listing.ts'
import { type Task, validDraft } from './task.ts'

const id = '01890a5d-ac96-774b-bcce-b302099a8057'

describe('a filter', () => {
  const kept: [TaskFilter, TaskFilter][] = [
    [{}, {}],
    [{ tags: [' A', 'a'] }, { tags: ['a'] }],
    [{ search: ' % ' }, { search: ' % ' }],
    [{ search: '🚢'.repeat(200) }, { search: '🚢'.repeat(200) }],
    [
      { dueBefore: '0001-01-01', dueAfter: '9999-12-31' },
      { dueBefore: '0001-01-01', dueAfter: '9999-12-31' },
    ],
    [
      { completed: false, priorities: ['low'] },
      { completed: false, priorities: ['low'] },
    ],
  ]
  for (const [filter, expected] of kept)
    it(`is applied: ${JSON.stringify(expected).slice(0, 60)}`, () =>
      assert.deepEqual(validFilter(filter), expected))

  const refused: [TaskFilter, string[]][] = [
    [{ tags: ['a', ''] }, ['tag']],
    [{ tags: ['\0'] }, ['tag']],
    [{ search: '' }, ['search']],
    [{ search: '🚢'.repeat(201) }, ['search']],
    [{ search: 'a\0' }, ['search']],
    [{ search: '\ud800' }, ['search']],
    [{ dueBefore: '2026-02-30' }, ['dueBefore']],
    [{ dueAfter: '0000-01-01' }, ['dueAfter']],
    [
      { dueBefore: 'x', dueAfter: '', search: '', tags: [' '] },
      ['dueBefore', 'dueAfter', 'search', 'tag'],
    ],
  ]
  for (const [filter, fields] of refused)
    it(`is refused: ${JSON.stringify(filter).slice(0, 60)}`, () =>
      assert.throws(
        () => validFilter(filter),
        (error) =>
          error instanceof Fault &&
          error.code === 'validation_failed' &&
          assert.deepEqual(
            error.violations.map(({ field }) => field),
            fields,
          ) === undefined,
      ))
})

describe('a position', () => {
  const instant = '2026-01-01T00:00:00.000Z'
  const positions: [SortKey, string | null, boolean][] = [
    ['createdAt', instant, true],
    ['updatedAt', instant, true],
    ['createdAt', null, false],
    ['createdAt', '2026-01-01', false],
    ['createdAt', '2026-01-01T00:00:00Z', false],
    ['createdAt', 'infinity', false],
    ['updatedAt', '2026-02-30T00:00:00.000Z', false],
    ['dueDate', null, true],
    ['dueDate', '2026-01-01', true],
    ['dueDate', 'infinity', false],
    ['dueDate', instant, false],
    ['priority', 'high', true],
    ['priority', 'urgent', false],
    ['priority', null, false],
    ['title', 'anything', true],
    ['title', 'a'.repeat(201), false],
    ['title', '\0', false],
    ['title', null, false],
  ]
  for (const [by, key, expected] of positions)
    it(`by ${by} at ${JSON.stringify(key).slice(0, 30)} is ${expected ? 'one' : 'none'}`, () =>
      assert.equal(isPosition(by, { key, id }), expected))

  it('needs the id of a task', () => {
    assert.equal(isPosition('title', { key: 'a', id: 'x' }), false)
  })
})

it('a sort value is the text of the member it is named after', () => {
  const task: Task = {
    ...validDraft({ title: 'a', priority: 'low' }),
    id,
    createdAt: 'c',
    updatedAt: 'u',
    version: 1,
  }
  const keys: SortKey[] = ['createdAt', 'updatedAt', 'dueDate', 'priority', 'title']
  assert.deepEqual(
    keys.map((by) => sortValue(task, by)),
    ['c', 'u', null, 'low', 'a'],
  )
})
