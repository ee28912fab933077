import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from './fault.ts'
import {
  isCalendarDate,
  isTaskId,
  normalTags,
  type TaskChange,
  validChange,
  validDraft,
} from './task.ts'

const violated = (act: () => unknown): string[] => {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, 'validation_failed')
    return error.violations.map(({ field }) => field)
  }
  return []
}
const many = (count: number) => Array.from({ length: count }, (_, n) => `tag ${n}`)

describe('a change of a task', () => {
  const kept: [string, TaskChange, TaskChange][] = [
    ['nothing', {}, {}],
    ['a title is trimmed as ECMAScript trims', { title: '\ufeff\u00a0 a b \n' }, { title: 'a b' }],
    ['a title of 200 code points', { title: '🚢'.repeat(200) }, { title: '🚢'.repeat(200) }],
    [
      'a title of 200 within white space',
      { title: ` ${'a'.repeat(200)} ` },
      { title: 'a'.repeat(200) },
    ],
    ['a description is left as it is', { description: ' a\n ' }, { description: ' a\n ' }],
    ['an empty description', { description: '' }, { description: '' }],
    ['a description of 2000', { description: 'ä'.repeat(2000) }, { description: 'ä'.repeat(2000) }],
    ['no description', { description: null }, { description: null }],
    ['no date', { dueDate: null }, { dueDate: null }],
    ['no tags', { tags: [] }, { tags: [] }],
    ['tags are normalised', { tags: [' B ', 'a', 'b', 'Ä'] }, { tags: ['b', 'a', 'ä'] }],
    ['21 tags of which two are one', { tags: [...many(20), 'TAG 0'] }, { tags: many(20) }],
    [
      'a tag of 50 within white space',
      { tags: [` ${'a'.repeat(50)} `] },
      { tags: ['a'.repeat(50)] },
    ],
    ['a tag of 50 code points', { tags: ['🚢'.repeat(50)] }, { tags: ['🚢'.repeat(50)] }],
  ]
  for (const [name, change, expected] of kept)
    it(`keeps: ${name}`, () => assert.deepEqual(validChange(change), expected))

  const refused: [string, TaskChange, string[]][] = [
    ['an empty title', { title: '' }, ['title']],
    ['a blank title', { title: ' \t\u2003\u2028' }, ['title']],
    ['a title of 201', { title: 'a'.repeat(201) }, ['title']],
    ['a title with NUL', { title: 'a\0' }, ['title']],
    ['a title with half a pair', { title: 'a\ud83d' }, ['title']],
    ['a description of 2001', { description: 'a'.repeat(2001) }, ['description']],
    ['a description with NUL', { description: '\0' }, ['description']],
    ['a description with half a pair', { description: '\udea2' }, ['description']],
    ['21 tags', { tags: many(21) }, ['tags']],
    ['a blank tag', { tags: ['a', ' '] }, ['tags']],
    ['a tag of 51', { tags: ['a'.repeat(51)] }, ['tags']],
    ['a tag that grows to 51 in lower case', { tags: [`İ${'a'.repeat(49)}`] }, ['tags']],
    ['a tag with NUL', { tags: ['\0'] }, ['tags']],
    ['a tag with half a pair', { tags: ['\ud800'] }, ['tags']],
    ['a date that is none', { dueDate: '2026-02-29' }, ['dueDate']],
    ['all of them', { title: '', tags: [''], dueDate: '' }, ['title', 'dueDate', 'tags']],
  ]
  for (const [name, change, fields] of refused)
    it(`refuses: ${name}`, () =>
      assert.deepEqual(
        violated(() => validChange(change)),
        fields,
      ))
})

it('a draft has every member', () => {
  assert.deepEqual(validDraft({ title: ' a ' }), {
    title: 'a',
    description: null,
    completed: false,
    priority: 'medium',
    dueDate: null,
    tags: [],
  })
})

it('tags keep the order in which they first appear', () => {
  assert.deepEqual(normalTags(['b', 'A', ' a ', 'B', 'c']), ['b', 'a', 'c'])
})

const dates: Record<string, boolean> = {
  '0001-01-01': true,
  '9999-12-31': true,
  '2024-02-29': true,
  '2000-02-29': true,
  '1900-02-29': false,
  '2026-02-29': false,
  '2026-04-31': false,
  '2026-00-10': false,
  '2026-13-01': false,
  '2026-01-00': false,
  '0000-01-01': false,
  '10000-01-01': false,
  '-001-01-01': false,
  '2026-1-1': false,
  '2026-01-01T00:00:00Z': false,
  '2026-01-01 ': false,
  '2026-01-01\n': false,
  '２０２６-01-01': false,
  '': false,
}
for (const [text, expected] of Object.entries(dates))
  it(`${JSON.stringify(text)} is ${expected ? 'a' : 'no'} day`, () =>
    assert.equal(isCalendarDate(text), expected))

const ids: Record<string, boolean> = {
  '01890a5d-ac96-774b-bcce-b302099a8057': true,
  '01890A5D-AC96-774B-BCCE-B302099A8057': false,
  '01890a5d-ac96-474b-bcce-b302099a8057': false,
  '01890a5d-ac96-774b-ccce-b302099a8057': false,
  '01890a5dac96774bbcceb302099a8057': false,
  '{01890a5d-ac96-774b-bcce-b302099a8057}': false,
  '01890a5d-ac96-774b-bcce-b302099a8057\n': false,
  '': false,
}
for (const [text, expected] of Object.entries(ids))
  it(`${JSON.stringify(text)} is ${expected ? 'an' : 'no'} id`, () =>
    assert.equal(isTaskId(text), expected))
