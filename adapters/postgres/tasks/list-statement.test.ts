import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TaskFilter } from '../../../domain/listing.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { listRead, listStatement } from './list-statement.ts'

const filters: readonly TaskFilter[] = [
  { completed: true },
  { priorities: ['high'] },
  { tags: ['a'] },
  { search: 'b' },
  { dueBefore: '2026-12-01' },
  { dueAfter: '2026-12-01' },
]

/** Whatever may be chosen among them. */
const choices = filters.reduce<TaskFilter[]>(
  (chosen, filter) => chosen.flatMap((one) => [one, { ...one, ...filter }]),
  [{}],
)

// A connection keeps each text that it has prepared, at about 200 kB of the server's memory, for as long as it lives.
test('a list has few texts, however its filters are chosen', () => {
  const sort = { by: 'createdAt', order: 'desc' } as const
  const texts = choices.map((filter) => {
    const query = { filter, sort, place: { page: 1 }, perPage: 20 }
    return listStatement(listRead(ownerOf('ada') as Owner, query)).text
  })
  assert.equal(texts.length, 64)
  // One without any, one with tags or a search, one with the others.
  assert.equal(new Set(texts).size, 3)
})
