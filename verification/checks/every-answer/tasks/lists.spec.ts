import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Traffic } from '../../../engine/check.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { taskLists } from './lists.ts'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const authorization = `Bearer ${part({})}.${part({ sub: 'ada' })}.x`
let now = 0
/** One request of ada's after the other. */
const exchange = (method: string, status: number, json: object): Exchange => {
  now += 10
  const text = JSON.stringify(json)
  const head = { status, headers: new Map(), rawHeaders: '' }
  return {
    ...{ request: { path: '/api/v1/tasks', method }, method, as: 'A', edge: false, attempts: 1 },
    ...{ sentHeaders: [['Authorization', authorization]], limited: 0, startedAt: now, ms: 1 },
    response: { ...head, body: Buffer.from(text), text, json },
  }
}
const at = '2026-11-30T08:00:00.000Z'
const task = {
  ...{ id: 'one', user_id: 'ada', title: 'seen', description: null, tags: [], completed: false },
  ...{ priority: 'low', due_date: null, created_at: at, updated_at: at },
}
const list = (...tasks: object[]) =>
  exchange('GET', 200, { tasks, total: tasks.length, page: 1, per_page: 20 })
const page = (number: number, ...tasks: object[]): Exchange => {
  const path = `/api/v1/tasks?per_page=1&page=${number}`
  const told = exchange('GET', 200, { tasks, total: 2, page: number, per_page: 1 })
  return { ...told, request: { ...told.request, path } }
}
const flawsBy = (check: string, exchanges: readonly Exchange[]): number =>
  taskLists
    .find(({ id }) => id === check)
    ?.inspect({ transport: { exchanges } } as unknown as Traffic).length ?? -1
const flawsOf = (...exchanges: Exchange[]): number => flawsBy('G-30', exchanges)

test('a task that this run made and that is missing from a list is held against the target', () => {
  assert.equal(flawsOf(exchange('POST', 201, task), list(task), list()), 1)
  assert.equal(flawsOf(exchange('POST', 201, task), list(task), list(task)), 0)
})

test('one that somebody else made, such as another run at the same time, may be removed by them', () => {
  assert.equal(flawsOf(list(task), list()), 0)
})

test('a task on two pages of one list is held against the target, unless somebody wrote in between', () => {
  const [first, second] = [page(1, task), page(2, task)]
  assert.equal(flawsBy('G-29', [first, second]), 1)
  assert.equal(flawsBy('G-29', [page(1, task), exchange('POST', 201, task), page(2, task)]), 0)
  assert.equal(flawsBy('G-29', [page(1, task), page(2, { ...task, id: 'two' })]), 0)
})
