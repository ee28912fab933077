import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isTaskId } from '../../../domain/task.ts'
import { type ContractTests, draft, newOwner } from './samples.contract.ts'

export const createTests: ContractTests = (tasksOf) => {
  it('keeps a new task as it was drafted and reads it back', async () => {
    const tasks = tasksOf(newOwner())
    const drafted = draft('Ship it 🚢', {
      description: 'a\nb',
      completed: true,
      priority: 'high',
      dueDate: '0001-02-03',
      tags: ['ä', 'b,c', '"'],
    })
    const { task, replayed } = await tasks.create(drafted)
    const { id, createdAt, updatedAt, version, ...kept } = task
    assert.deepEqual(kept, drafted)
    assert.ok(isTaskId(id))
    assert.equal(version, 1)
    assert.equal(replayed, false)
    assert.equal(createdAt, updatedAt)
    assert.equal(new Date(createdAt).toISOString(), createdAt)
    assert.deepEqual(await tasks.get(id), task)
  })
}
