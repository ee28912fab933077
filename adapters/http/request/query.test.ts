import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ListQuery } from '../contract/schemas.ts'
import { parseQuery } from './query.ts'
import { validator } from './validation.ts'

const valid = validator(ListQuery)
const parse = (raw: string) => {
  const { values, violations } = parseQuery(ListQuery, raw)
  return { values, fields: [...violations, ...valid(values)].map(({ field }) => field) }
}

describe('a query', () => {
  const read: [string, object][] = [
    ['', {}],
    ['&&', {}],
    ['unknown=1&unknown=2&__proto__=x&constructor=y', {}],
    ['Page=0&PAGE=x', {}],
    ['page=1', { page: 1 }],
    ['p%61ge=7', { page: 7 }],
    ['page=007', { page: 7 }],
    ['per_page=100', { per_page: 100 }],
    ['completed=true', { completed: true }],
    ['completed=false', { completed: false }],
    ['priority=high', { priority: ['high'] }],
    ['priority=high,low', { priority: ['high', 'low'] }],
    ['priority=high%2Clow', { priority: ['high', 'low'] }],
    ['priority=high&priority=low', { priority: ['high', 'low'] }],
    ['priority=high,low&x=1&priority=medium', { priority: ['high', 'low', 'medium'] }],
    ['tag=a', { tag: ['a'] }],
    ['tag=a&x=1&tag=b,c', { tag: ['a', 'b,c'] }],
    ['search=a+b%20c%2B', { search: 'a b c+' }],
    ['search=a=b', { search: 'a=b' }],
    ['search=%25_', { search: '%_' }],
    ['search=%F0%9F%9A%A2', { search: '🚢' }],
    [
      'due_before=2026-02-28&due_after=0001-01-01',
      {
        due_before: '2026-02-28',
        due_after: '0001-01-01',
      },
    ],
    ['sort_by=title&sort_order=asc', { sort_by: 'title', sort_order: 'asc' }],
  ]
  for (const [raw, expected] of read)
    it(`is read: ${raw}`, () => assert.deepEqual(parse(raw), { values: expected, fields: [] }))

  const refused: [string, string][] = [
    ['page', 'page'],
    ['page=', 'page'],
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=+1', 'page'],
    ['page=1.0', 'page'],
    ['page=1e3', 'page'],
    ['page=0x1', 'page'],
    ['page=%201', 'page'],
    ['page=%D9%A1', 'page'],
    ['page=NaN', 'page'],
    ['page=1&page=1', 'page'],
    ['page=1&p%61ge=1', 'page'],
    ['per_page=0', 'per_page'],
    ['per_page=101', 'per_page'],
    ['completed=', 'completed'],
    ['completed=True', 'completed'],
    ['completed=1', 'completed'],
    ['completed=null', 'completed'],
    ['completed=true&completed=true', 'completed'],
    ['priority=', 'priority'],
    ['priority=high,', 'priority'],
    ['priority=high&priority=', 'priority'],
    ['priority=high&priority=urgent', 'priority'],
    ['priority=urgent', 'priority'],
    ['priority=High', 'priority'],
    ['search=', 'search'],
    ['search=a&search=b', 'search'],
    [`search=${'a'.repeat(201)}`, 'search'],
    ['due_before=', 'due_before'],
    ['due_before=2026-02-30', 'due_before'],
    ['due_after=2026-1-1', 'due_after'],
    ['due_after=2026-01-01&due_after=2026-01-01', 'due_after'],
    ['sort_by=', 'sort_by'],
    ['sort_by=id', 'sort_by'],
    ['sort_by=constructor', 'sort_by'],
    ['sort_order=ASC', 'sort_order'],
    ['cursor=a&cursor=b', 'cursor'],
  ]
  for (const [raw, field] of refused)
    it(`is refused: ${raw.slice(0, 60)}`, () => assert.deepEqual(parse(raw).fields, [field]))

  for (const raw of [
    'search=%',
    'search=%zz',
    'search=%C3',
    'search=%ff',
    '%=1',
    'unknown=%E0%A4',
  ]) {
    it(`is malformed: ${raw}`, () => {
      assert.throws(() => parse(raw), { code: 'malformed_request' })
      assert.throws(() => parseQuery(undefined, raw), { code: 'malformed_request' })
    })
  }

  it('costs no more for one name sent a thousand times than for a thousand names', () => {
    const times = Array.from({ length: 1_000 })
    const once = stepsOf(() => parseQuery(undefined, times.map((_, at) => `a${at}`).join('&')))
    assert.ok(stepsOf(() => parseQuery(undefined, times.fill('a').join('&'))) <= once)
  })

  it('may hold anything well spelt where nothing is expected', () => {
    assert.deepEqual(parseQuery(undefined, 'page=0&page=x&%7B'), { values: {}, violations: [] })
  })
})

/** How many elements of arrays are gone through, or copied by spreading them. */
const stepsOf = (run: () => void): number => {
  const iterator = Object.getPrototypeOf([][Symbol.iterator]())
  const { next } = iterator
  let steps = 0
  iterator.next = function (this: unknown) {
    steps += 1
    return next.call(this)
  }
  try {
    run()
  } finally {
    iterator.next = next
  }
  return steps
}
