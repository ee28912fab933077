import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Owner } from '../../../domain/owner.ts'
import { type CursorScope, decodeCursor, encodeCursor } from './cursor.ts'

const id = '01890a5d-ac96-774b-bcce-b302099a8057'
const place = { key: 'a "title" 🚢', id }
const scope: CursorScope = {
  owner: 'ada' as Owner,
  filter: { completed: false, priorities: ['high', 'low'], tags: ['a', 'b'], search: 'x' },
  sort: { by: 'title', order: 'asc' },
}
const cursor = encodeCursor(scope, place)
const refuses = (of: CursorScope, text: string) =>
  assert.throws(() => decodeCursor(of, text), { name: 'Fault', code: 'validation_failed' })

describe('a cursor', () => {
  it('leads back to its place, opaque and fit for a URL', () => {
    assert.deepEqual(decodeCursor(scope, cursor), place)
    assert.match(cursor, /^[\w-]+$/)
  })

  it('is the same however a set of filters is spelt', () => {
    const filter = {
      ...scope.filter,
      priorities: ['low', 'high', 'low'] as const,
      tags: ['b', 'a'],
    }
    assert.deepEqual(decodeCursor({ ...scope, filter }, cursor), place)
  })

  const { filter } = scope
  const others: Record<string, CursorScope> = {
    'another owner': { ...scope, owner: 'bob' as Owner },
    'no filter': { ...scope, filter: {} },
    'another search': { ...scope, filter: { ...filter, search: 'y' } },
    'another completed': { ...scope, filter: { ...filter, completed: true } },
    'fewer priorities': { ...scope, filter: { ...filter, priorities: ['high'] } },
    'more tags': { ...scope, filter: { ...filter, tags: ['a', 'b', 'c'] } },
    'a date': { ...scope, filter: { ...filter, dueBefore: '2026-01-01' } },
    'another date': { ...scope, filter: { ...filter, dueAfter: '2026-01-01' } },
    'another direction': { ...scope, sort: { by: 'title', order: 'desc' } },
    'another sort': { ...scope, sort: { by: 'dueDate', order: 'asc' } },
  }
  for (const [name, other] of Object.entries(others))
    it(`does not answer for ${name}`, () => refuses(other, cursor))

  const [digest] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const edited: Record<string, string> = {
    'made of nothing': '',
    'no base64url': '!',
    'no JSON': made('x').slice(1),
    'one with a character more': `${cursor}A`,
    'one with a character less': cursor.slice(0, -1),
    'a padded one': `${cursor}=`,
    null: made(null),
    'a number': made(1),
    'an object': made({ 0: digest, 1: 'a', 2: id }),
    'one with spaces': Buffer.from(`[ "${digest}", "a", "${id}"]`).toString('base64url'),
    'one of four parts': made([digest, 'a', id, 0]),
    'one without an id': made([digest, 'a']),
    'one with a number for a key': made([digest, 1, id]),
    'one with a list for a key': made([digest, ['a'], id]),
    'one with no key': made([digest, null, id]),
    'one with an id that is none': made([digest, 'a', "x' or 1=1"]),
    'one with an upper-case id': made([digest, 'a', id.toUpperCase()]),
    'one with NUL in its key': made([digest, '\0', id]),
    'one with a key too long': made([digest, 'a'.repeat(201), id]),
    'one with no digest': made(['', 'a', id]),
    'ten thousand lists': Buffer.from(`${'['.repeat(10_000)}${']'.repeat(10_000)}`).toString(
      'base64url',
    ),
  }
  for (const [name, text] of Object.entries(edited))
    it(`is not ${name}`, () => refuses(scope, text))

  for (const by of ['createdAt', 'updatedAt'] as const)
    for (const key of [
      '0000-01-01T00:00:00.000Z',
      '-000001-01-01T00:00:00.000Z',
      '+010000-01-01T00:00:00.000Z',
      '+275760-09-13T00:00:00.000Z',
    ])
      it(`is at no time that a store cannot keep: ${by} ${key}`, () => {
        const sorted: CursorScope = { ...scope, sort: { by, order: 'asc' } }
        refuses(sorted, encodeCursor(sorted, { key, id }))
      })
})
