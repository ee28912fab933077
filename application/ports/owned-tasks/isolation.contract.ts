import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { type ContractTests, draft, keyed, newOwner, query } from './samples.contract.ts'

export const isolationTests: ContractTests = (tasksOf) => {
  it('never lets one owner see or touch what another has', async () => {
    const [mine, theirs] = [tasksOf(newOwner()), tasksOf(newOwner())]
    const { task } = await theirs.create(draft('theirs'))
    assert.equal(await mine.get(task.id), undefined)
    assert.equal(await mine.update(task.id, { title: 'x' }, [task.version]), undefined)
    assert.equal(await mine.update(task.id, { title: 'x' }, [99]), undefined)
    const completion = { condition: [99], idempotency: keyed('k') }
    assert.equal(await mine.complete(task.id, completion), undefined)
    assert.equal(await mine.remove(task.id, [99]), false)
    assert.equal((await mine.list(query())).total, 0)
    assert.deepEqual(await theirs.get(task.id), task)
  })

  it('tells owners apart byte for byte', async () => {
    const base = newOwner()
    const { task } = await tasksOf(base).create(draft('mine'))
    for (const near of [base.toUpperCase(), `${base} `, ` ${base}`, `${base}%`, base.slice(0, -1)])
      assert.equal(await tasksOf(ownerOf(near) as Owner).get(task.id), undefined, near)
  })

  it('gives everybody what is theirs, however many ask at once', async () => {
    const owners = Array.from({ length: 12 }, () => tasksOf(newOwner()))
    const made = await Promise.all(
      owners.map(async (tasks, n) => [
        (await tasks.create(draft(`first of ${n}`))).task,
        (await tasks.create(draft(`second of ${n}`))).task,
      ]),
    )
    const oldest = query({ sort: { by: 'title', order: 'asc' }, perPage: 1 })
    await Promise.all(
      owners.flatMap((tasks, n) => [
        ...made.flat().map(async (task) => {
          const own = made[n]?.includes(task)
          assert.deepEqual(await tasks.get(task.id), own ? task : undefined)
        }),
        ...[query(), query(), oldest].map(async (page) => {
          const { total, tasks: found } = await tasks.list(page)
          const all = found.map(({ title }) => title).sort()
          assert.deepEqual(all, [`first of ${n}`, `second of ${n}`].slice(0, page.perPage))
          assert.equal(total, 2)
        }),
        (async () => {
          const place = { after: { key: `first of ${n}`, id: made[n]?.[0]?.id as string } }
          const { tasks: found } = await tasks.list({ ...oldest, place })
          assert.deepEqual(found, [made[n]?.[1]])
        })(),
      ]),
    )
  })

  it('scopes an idempotency key to its owner', async () => {
    const [mine, theirs] = [tasksOf(newOwner()), tasksOf(newOwner())]
    const first = await theirs.create(draft('theirs'), keyed('shared key'))
    const second = await mine.create(draft('mine'), keyed('shared key', 'another request'))
    assert.equal(second.replayed, false)
    assert.notEqual(second.task.id, first.task.id)
  })
}
