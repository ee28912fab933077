import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type ContractTests, draft, fault, newOwner } from './samples.contract.ts'

export const preconditionsTests: ContractTests = (tasksOf) => {
  it('writes only when the version is one of those named', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('v1'))
    const failed = fault('precondition_failed')
    for (const condition of [[], [2], [2, 3]]) {
      await assert.rejects(tasks.update(task.id, { title: 'no' }, condition), failed)
      await assert.rejects(tasks.complete(task.id, { condition }), failed)
      await assert.rejects(tasks.remove(task.id, condition), failed)
    }
    assert.deepEqual(await tasks.get(task.id), task)
    assert.equal((await tasks.update(task.id, { title: 'v2' }, [1, 7]))?.version, 2)
    assert.equal(await tasks.remove(task.id, [2]), true)
  })

  it('lets exactly one of two conditional updates win', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('race'))
    const attempts = ['a', 'b'].map((title) => tasks.update(task.id, { title }, [1]))
    const results = await Promise.allSettled(attempts)
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.equal((await tasks.get(task.id))?.version, 2)
  })
}
