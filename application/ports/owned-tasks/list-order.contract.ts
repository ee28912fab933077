import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { TaskOrder, TaskPage } from '../../../domain/listing.ts'
import type { Task } from '../../../domain/task.ts'
import type { OwnedTasks } from '../owned-tasks.ts'
import { type ContractTests, draft, newOwner, query } from './samples.contract.ts'

export const listOrderTests: ContractTests = (tasksOf) => {
  it('walks every order in both directions, by page and by position alike', async () => {
    const tasks = tasksOf(newOwner())
    const dates = ['2026-05-01', null, '2026-01-01', '2026-05-01', null, '9999-12-31']
    const names = ['b', 'B', 'ä', 'b', 'a', '🚢']
    for (const [n, dueDate] of dates.entries()) {
      const priority = (['high', 'low', 'medium'] as const)[n % 3] ?? 'low'
      const { task } = await tasks.create(draft(names[n] ?? '', { dueDate, priority }))
      if (n % 2) await tasks.update(task.id, { description: 'touched' })
    }
    for (const by of ['createdAt', 'updatedAt', 'dueDate', 'priority', 'title'] as const) {
      const up = await keysInOrder(tasks, { by, order: 'asc' })
      const down = await keysInOrder(tasks, { by, order: 'desc' })
      const present = (keys: string[]) => keys.filter((key) => key !== 'null')
      assert.deepEqual(present(up), present(up).sort(byBytes), by)
      assert.deepEqual(present(down), present(down).sort(byBytes).reverse(), by)
      const nulls = ['null', 'null']
      if (by === 'dueDate') assert.deepEqual([up.slice(4), down.slice(4)], [nulls, nulls])
    }
  })

  it('neither skips nor repeats when tasks are added between pages', async () => {
    const tasks = tasksOf(newOwner())
    for (let n = 0; n < 6; n += 1) await tasks.create(draft(`old ${n}`))
    const first = await tasks.list(query({ perPage: 3 }))
    await tasks.create(draft('new'))
    assert.ok(first.next)
    const second = await tasks.list(query({ perPage: 3, place: { after: first.next } }))
    const seen = [...first.tasks, ...second.tasks].map((task) => task.title)
    assert.deepEqual(seen, ['old 5', 'old 4', 'old 3', 'old 2', 'old 1', 'old 0'])
    assert.equal(second.next, undefined)
  })

  it('ends with an empty page far beyond the end, and still counts', async () => {
    const tasks = tasksOf(newOwner())
    await tasks.create(draft('only'))
    for (const page of [2, 1e9, Number.MAX_SAFE_INTEGER])
      assert.deepEqual(await tasks.list(query({ place: { page }, perPage: 100 })), {
        tasks: [],
        total: 1,
      })
  })
}

/** The sort keys of six tasks in this order, which pages and positions have to walk alike. */
const keysInOrder = async (tasks: OwnedTasks, sort: TaskOrder): Promise<string[]> => {
  const whole = await tasks.list(query({ sort, perPage: 100 }))
  const ids = idsOf(whole.tasks)
  assert.equal(whole.total, 6)
  assert.equal(new Set(ids).size, 6)
  assert.deepEqual(idsOf(await walk(tasks, sort)), ids, `${sort.by} ${sort.order}`)
  const pages = await Promise.all(
    [1, 2, 3].map((page) => tasks.list(query({ sort, perPage: 2, place: { page } }))),
  )
  assert.deepEqual(idsOf(pages.flatMap((page) => page.tasks)), ids)
  return whole.tasks.map((task) => sortKey(task, sort.by))
}

/** All tasks, two at a time, each page from the position where the one before it ended. */
const walk = async (tasks: OwnedTasks, sort: TaskOrder): Promise<readonly Task[]> => {
  const all: Task[] = []
  let page: TaskPage = await tasks.list(query({ sort, perPage: 2 }))
  for (let pages = 0; pages < 50; pages += 1) {
    all.push(...page.tasks)
    if (!page.next) return all
    page = await tasks.list(query({ sort, perPage: 2, place: { after: page.next } }))
    assert.equal(page.total, undefined)
  }
  return assert.fail('the list never ends')
}

const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id)

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

const sortKey = (task: Task, by: TaskOrder['by']): string =>
  by === 'priority' ? { low: '1', medium: '2', high: '3' }[task.priority] : String(task[by])
