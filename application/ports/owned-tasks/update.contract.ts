import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Task } from '../../../domain/task.ts'
import { atOnce, type ContractTests, draft, newOwner } from './samples.contract.ts'

export const updateTests: ContractTests = (tasksOf) => {
  it('writes the named members only and counts the version', async () => {
    const tasks = tasksOf(newOwner())
    const drafted = draft('one', { description: 'kept', dueDate: '2026-01-01' })
    const { task } = await tasks.create(drafted)
    const changed = await tasks.update(task.id, { title: 'two', dueDate: null, tags: ['x'] })
    const { updatedAt, ...rest } = changed as Task
    const expected = { ...task, title: 'two', dueDate: null, tags: ['x'], version: 2 }
    assert.deepEqual({ ...rest, updatedAt: task.updatedAt }, expected)
    assert.ok(updatedAt > task.updatedAt)
    assert.deepEqual(await tasks.get(task.id), changed)
  })

  it('leaves version and time alone when nothing changes', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('same', { tags: ['a'] }))
    assert.deepEqual(await tasks.update(task.id, {}), task)
    const same = { title: 'same', description: null, tags: ['a'] }
    assert.deepEqual(await tasks.update(task.id, same), task)
    assert.deepEqual((await tasks.complete(task.id, { completed: false }))?.task, task)
  })

  it('lets 20 parallel updates of different members all survive', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('all'))
    const changed = draft('T', {
      description: 'D',
      priority: 'high',
      dueDate: '2030-01-01',
      tags: ['t'],
    })
    const { completed, ...members } = changed
    const changes = Object.entries(members).map(([name, value]) => ({ [name]: value }))
    assert.equal(changes.length, 5)
    await atOnce(20, (n) => tasks.update(task.id, changes[n % 5] ?? {}))
    const { id, createdAt, updatedAt, version, ...end } = (await tasks.get(task.id)) as Task
    assert.deepEqual({ ...end, version }, { ...changed, version: 6 })
  })
}
