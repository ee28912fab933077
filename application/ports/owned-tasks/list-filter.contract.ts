import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { TaskFilter } from '../../../domain/listing.ts'
import type { OwnedTasks } from '../owned-tasks.ts'
import { type ContractTests, draft, newOwner, query } from './samples.contract.ts'

export const listFilterTests: ContractTests = (tasksOf) => {
  it('filters by completed, priority, tags and dates, alone and together', async () => {
    const tasks = tasksOf(newOwner())
    await tasks.create(
      draft('a', { completed: true, priority: 'high', tags: ['x', 'y'], dueDate: '2026-01-01' }),
    )
    await tasks.create(draft('b', { priority: 'low', tags: ['x'], dueDate: '2026-02-01' }))
    await tasks.create(draft('c', { priority: 'medium' }))
    const found: [TaskFilter, string[]][] = [
      [{ completed: false }, ['b', 'c']],
      [{ completed: true }, ['a']],
      [{ priorities: ['low', 'high'] }, ['a', 'b']],
      [{ tags: ['x'] }, ['a', 'b']],
      [{ tags: ['y', 'x'] }, ['a']],
      [{ tags: ['%'] }, []],
      [{ dueBefore: '2026-01-01' }, ['a']],
      [{ dueAfter: '2026-01-01' }, ['a', 'b']],
      [{ dueAfter: '2026-01-02', dueBefore: '2026-02-01' }, ['b']],
      [{ tags: ['x'], completed: false, priorities: ['high'] }, []],
    ]
    for (const [filter, expected] of found)
      assert.deepEqual(await titles(tasks, filter), expected, JSON.stringify(filter))
  })

  it('searches literally, whatever the case, in title and description', async () => {
    const tasks = tasksOf(newOwner())
    await tasks.create(draft('100% done'))
    await tasks.create(draft('under_score \\ back'))
    await tasks.create(draft('ÄRGER', { description: 'Über' }))
    await tasks.create(draft("it's", { description: 'x' }))
    const found: [string, string[]][] = [
      ['%', ['100% done']],
      ['_', ['under_score \\ back']],
      ['\\', ['under_score \\ back']],
      ['DONE', ['100% done']],
      ['ärger', ['ÄRGER']],
      ['ÜBER', ['ÄRGER']],
      ["'", ["it's"]],
      ['under score', []],
    ]
    for (const [search, expected] of found)
      assert.deepEqual(await titles(tasks, { search }), expected, search)
  })

  it('finds every letter by each of its cases', async () => {
    const tasks = tasksOf(newOwner())
    await tasks.create(draft('ΟΔΟΣ'))
    await tasks.create(draft('Straße', { description: 'ΣΊΣΥΦΟΣ' }))
    for (const [search, title] of Object.entries({ οδος: 'ΟΔΟΣ', Σίσυφος: 'Straße' }))
      assert.deepEqual(await titles(tasks, { search }), [title], search)

    const pairs = casePairs()
    assert.ok(pairs.length > 2_800, String(pairs.length))
    const own = tasksOf(newOwner())
    for (let at = 0; at < pairs.length; at += LETTERS) {
      const some = pairs.slice(at, at + LETTERS)
      // A letter of no case between them, so that no accent joins the letter before it.
      const [title = '', search = ''] = [0, 1].map(
        (side) => `.${some.map((pair) => pair[side]).join('–')}.`,
      )
      await own.create(draft(title))
      assert.deepEqual(await titles(own, { search }), [title])
    }
  })
}

/** Each with a separator in a title of 200. */
const LETTERS = 99

/**
 * Not the business of a store: three letters that are another one in normal form or a mere ligature, and letters that
 * are younger than Unicode 15.1, which a store may not know yet.
 */
const leftOut =
  /[\u1fd3\u1fe3\ufb05\u1c89\ua7cb\ua7cc\ua7ce\ua7d2\ua7d4\ua7da\ua7dc\u{10d50}-\u{10d65}\u{16ea0}-\u{16eb8}]/u

/** Every letter with every other one that is the same by Unicode's simple folding, as regular expressions know it. */
const casePairs = (): [string, string][] =>
  Array.from({ length: 0x20000 }, (_, point) => String.fromCodePoint(point)).flatMap((letter) => {
    const cases = [letter, letter.toLowerCase(), letter.toUpperCase()]
    const others = new Set(cases.flatMap((it) => [it, it.toLowerCase(), it.toUpperCase()]))
    others.delete(letter)
    return [...others]
      .filter((other) => new RegExp(`^${letter}$`, 'iu').test(other))
      .filter((other) => !leftOut.test(letter + other))
      .map((other): [string, string] => [letter, other])
  })

const titles = async (tasks: OwnedTasks, filter: TaskFilter) =>
  (await tasks.list(query({ filter }))).tasks.map((task) => task.title).sort()
