import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type ContractTests, draft, missingId, newOwner } from './samples.contract.ts'

export const getTests: ContractTests = (tasksOf) => {
  it('knows no task by a malformed id', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('mine'))
    const near = [task.id.toUpperCase(), `{${task.id}}`, `${task.id} `]
    for (const id of ['', 'x', ...near, '%00', '\0', missingId]) {
      assert.equal(await tasks.get(id), undefined, id)
      assert.equal(await tasks.update(id, { title: 'x' }), undefined, id)
      assert.equal(await tasks.complete(id, {}), undefined, id)
      assert.equal(await tasks.remove(id), false, id)
    }
  })
}
