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
}

const titles = async (tasks: OwnedTasks, filter: TaskFilter) =>
  (await tasks.list(query({ filter }))).tasks.map((task) => task.title).sort()
