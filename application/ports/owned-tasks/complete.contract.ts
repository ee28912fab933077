import assert from 'node:assert/strict'
import { it } from 'node:test'
import { atOnce, type ContractTests, draft, newOwner } from './samples.contract.ts'

export const completeTests: ContractTests = (tasksOf) => {
  it('sets and toggles completed', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('toggle'))
    const outcomes = []
    for (const completed of [undefined, undefined, true, true, undefined])
      outcomes.push(await tasks.complete(task.id, completed === undefined ? {} : { completed }))
    const completed = outcomes.map((outcome) => outcome?.task.completed)
    assert.deepEqual(completed, [true, false, true, true, false])
  })

  it('loses no toggle of many in parallel', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('flip'))
    await atOnce(9, () => tasks.complete(task.id, {}))
    const end = await tasks.get(task.id)
    assert.deepEqual([end?.completed, end?.version], [true, 10])
  })
}
