import assert from 'node:assert/strict'
import { it } from 'node:test'
import {
  atOnce,
  type ContractTests,
  draft,
  fault,
  keyed,
  missingId,
  newOwner,
  query,
} from './samples.contract.ts'

const reused = fault('idempotency_key_reused')

export const idempotencyTests: ContractTests = (tasksOf) => {
  it('creates one task for 20 equal keys at once and tells all of them the same', async () => {
    const tasks = tasksOf(newOwner())
    const outcomes = await atOnce(20, () => tasks.create(draft('only one'), keyed('k1')))
    assert.equal(outcomes.filter(({ replayed }) => !replayed).length, 1)
    assert.equal(new Set(outcomes.map(({ task }) => JSON.stringify(task))).size, 1)
    assert.equal((await tasks.list(query())).total, 1)
  })

  it('toggles once for 20 equal keys at once', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('once'))
    const idempotency = keyed('k2')
    const outcomes = await atOnce(20, () => tasks.complete(task.id, { idempotency }))
    assert.equal(outcomes.filter((it) => it?.replayed === false).length, 1)
    assert.ok(outcomes.every((it) => it?.task.completed))
    assert.equal((await tasks.get(task.id))?.version, 2)
  })

  it('answers a replay as it was, whatever has become of the task', async () => {
    const tasks = tasksOf(newOwner())
    const first = await tasks.create(draft('then'), keyed('k3'))
    await tasks.update(first.task.id, { title: 'now' })
    const idempotency = keyed('k4')
    const done = await tasks.complete(first.task.id, { idempotency })
    await tasks.remove(first.task.id)
    assert.deepEqual(await tasks.create(draft('then'), keyed('k3')), { ...first, replayed: true })
    const again = await tasks.complete(first.task.id, { idempotency, condition: [99] })
    assert.deepEqual(again, { ...done, replayed: true })
  })

  it('refuses a key that was used for another request', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('a'), keyed('k5', 'one'))
    await assert.rejects(tasks.create(draft('b'), keyed('k5', 'two')), reused)
    assert.equal((await tasks.list(query())).total, 1)
    const outcome = await tasks.complete(task.id, { idempotency: keyed('k5', 'three') })
    assert.equal(outcome?.replayed, false)
  })

  it('looks at the key before the id, whatever the id is', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('a'))
    await tasks.complete(task.id, { idempotency: keyed('k8', 'one') })
    const idempotency = keyed('k8', 'two')
    for (const id of [missingId, 'malformed', ''])
      await assert.rejects(tasks.complete(id, { idempotency }), reused)
    assert.equal(await tasks.complete('malformed', { idempotency: keyed('k9') }), undefined)
  })

  it('records successes only', async () => {
    const tasks = tasksOf(newOwner())
    assert.equal(await tasks.complete(missingId, { idempotency: keyed('k6') }), undefined)
    const { task } = await tasks.create(draft('a'))
    const refused = tasks.complete(task.id, { idempotency: keyed('k7'), condition: [9] })
    await assert.rejects(refused, fault('precondition_failed'))
    const outcome = await tasks.complete(task.id, { idempotency: keyed('k7'), condition: [1] })
    assert.equal(outcome?.replayed, false)
  })
}
