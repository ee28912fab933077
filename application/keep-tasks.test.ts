import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryTasks } from '../adapters/memory/memory-tasks.ts'
import { type Owner, ownerOf } from '../domain/owner.ts'
import { keepTasks } from './keep-tasks.ts'
import type { OwnedTasks } from './ports/owned-tasks.ts'

const ada = ownerOf('ada') as Owner
const bob = ownerOf('bob') as Owner
const fault = (code: string) => ({ name: 'Fault', code })
const page = { sort: { by: 'title', order: 'asc' }, place: { page: 1 }, perPage: 20 } as const

/** Tasks that fail the test when they are used. */
const untouched = new Proxy({} as OwnedTasks, {
  get: () => () => assert.fail('the store was asked'),
})

describe('keeping tasks', () => {
  it('judges values before the store is asked', async () => {
    const tasks = keepTasks({ tasksOf: () => untouched })(ada)
    const refused = [
      () => tasks.create({ title: ' ' }),
      () => tasks.update('x', { tags: [''] }),
      () => tasks.list({ ...page, filter: { search: '' } }),
    ]
    for (const act of refused) await assert.rejects(act(), fault('validation_failed'))
  })

  it('calls foreign and missing tasks by one name', async () => {
    const tasksOf = keepTasks(memoryTasks())
    const { task } = await tasksOf(ada).create({ title: 'hers' })
    const bobs = tasksOf(bob)
    for (const id of [task.id, 'missing', '']) {
      await assert.rejects(bobs.get(id), fault('task_not_found'))
      await assert.rejects(bobs.update(id, { title: 'x' }, [9]), fault('task_not_found'))
      await assert.rejects(bobs.complete(id, { condition: [9] }), fault('task_not_found'))
      await assert.rejects(bobs.remove(id, [9]), fault('task_not_found'))
    }
    assert.deepEqual(await tasksOf(ada).get(task.id), task)
  })

  it('keeps what it was given in the form in which it is kept', async () => {
    const tasks = keepTasks(memoryTasks())(ada)
    const { task } = await tasks.create({ title: ' a ', tags: ['B', 'b'] })
    assert.deepEqual([task.title, task.tags, task.priority], ['a', ['b'], 'medium'])
    assert.equal((await tasks.update(task.id, { title: ' c ' })).title, 'c')
    const found = await tasks.list({ ...page, filter: { tags: [' B '] } })
    assert.deepEqual([found.total, found.tasks[0]?.id], [1, task.id])
    await tasks.remove(task.id)
    await assert.rejects(tasks.remove(task.id), fault('task_not_found'))
  })
})
