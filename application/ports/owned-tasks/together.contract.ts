import assert from 'node:assert/strict'
import { it } from 'node:test'
import {
  atOnce,
  type ContractTests,
  draft,
  missingId,
  newOwner,
  query,
} from './samples.contract.ts'

const OWNERS = 12

export const togetherTests: ContractTests = (tasksOf) => {
  it('gives everybody what they wrote, however many write at once', async () => {
    const owners = Array.from({ length: OWNERS }, () => tasksOf(newOwner()))
    const made = await atOnce(OWNERS * 3, async (n) => {
      const drafted = draft(`number ${n}`, { tags: [`tag ${n}`], completed: n % 2 === 0 })
      const { task, replayed } = await (owners[n % OWNERS] as (typeof owners)[0]).create(drafted)
      const { id: _, createdAt, updatedAt, version, ...kept } = task
      assert.deepEqual([kept, version, replayed, updatedAt], [drafted, 1, false, createdAt])
      return task
    })
    assert.equal(new Set(made.map(({ id }) => id)).size, OWNERS * 3)
    await Promise.all(
      owners.flatMap((tasks, at) =>
        made.map(async ({ id, title, completed }, n) => {
          const own = n % OWNERS === at
          const changed = await tasks.update(id, { description: `of ${at}` })
          assert.deepEqual(
            [changed?.id, changed?.title, changed?.description],
            own ? [id, title, `of ${at}`] : [undefined, undefined, undefined],
          )
          const outcome = await tasks.complete(id, {})
          assert.equal(outcome?.task.completed, own ? !completed : undefined)
          assert.equal(outcome?.task.id, own ? id : undefined)
          if (n < OWNERS) assert.equal(await tasks.remove(id), own)
        }),
      ),
    )
    for (const [at, tasks] of owners.entries()) {
      const page = await tasks.list(query())
      assert.equal(page.total, 2)
      for (const task of page.tasks) {
        assert.equal(task.description, `of ${at}`)
        assert.equal(task.version, 3)
        assert.deepEqual(await tasks.get(task.id), task)
      }
    }
  })

  it('fails what has to fail alone', async () => {
    const tasks = tasksOf(newOwner())
    const made = await atOnce(10, async (n) => (await tasks.create(draft(`number ${n}`))).task)
    const ends = await Promise.allSettled(
      made.flatMap(({ id }, n) => {
        const condition = n % 2 === 0 ? [1] : [7, 9]
        return [
          tasks.update(id, { title: `new ${n}` }, condition),
          tasks.update(missingId, { title: 'nothing' }, condition),
        ]
      }),
    )
    for (const [n, end] of ends.entries()) {
      const at = Math.trunc(n / 2)
      if (n % 2) assert.ok(end.status === 'fulfilled' && end.value === undefined)
      else if (at % 2)
        assert.ok(end.status === 'rejected' && end.reason.code === 'precondition_failed')
      else assert.ok(end.status === 'fulfilled' && end.value?.title === `new ${at}`)
    }
    const removed = await Promise.allSettled(
      made.map(({ id }, n) => tasks.remove(id, n % 2 === 0 ? [2] : [2, 3])),
    )
    for (const [n, end] of removed.entries())
      assert.deepEqual(end.status, n % 2 === 0 ? 'fulfilled' : 'rejected')
    const { tasks: left } = await tasks.list(query())
    assert.deepEqual(
      left.map(({ id }) => id).sort(),
      made
        .filter((_, n) => n % 2)
        .map(({ id }) => id)
        .sort(),
    )
  })

  it('makes of all toggles of one task at once a sequence', async () => {
    const tasks = tasksOf(newOwner())
    const { task } = await tasks.create(draft('to and fro'))
    const outcomes = await atOnce(15, () => tasks.complete(task.id, {}))
    const seen = outcomes.map((outcome) => outcome?.task)
    assert.deepEqual(
      seen.map((one) => one?.version).sort((a = 0, b = 0) => a - b),
      Array.from({ length: 15 }, (_, n) => n + 2),
    )
    for (const one of seen) assert.equal(one?.completed, one && one.version % 2 === 0)
  })
}
