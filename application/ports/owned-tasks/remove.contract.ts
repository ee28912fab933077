import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type ContractTests, draft, newOwner, query } from './samples.contract.ts'

export const removeTests: ContractTests = (tasksOf) => {
  it('forgets a removed task everywhere', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('gone'))
    assert.equal(await tasks.remove(task.id), true)
    assert.equal(await tasks.remove(task.id), false)
    assert.equal(await tasks.get(task.id), undefined)
    assert.equal(await tasks.update(task.id, { title: 'x' }), undefined)
    assert.equal(await tasks.complete(task.id, {}), undefined)
    assert.equal((await tasks.list(query())).total, 0)
  })
}
