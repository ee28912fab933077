import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isLinearizable, type Operation } from './linearizable.ts'
import { type Seen, type TaskInput, type TaskOutput, taskModel } from './task-model.ts'

const seen = (title: string, version: number, completed = false): Seen => ({
  title,
  completed,
  version,
})
const created = seen('a', 1)
type Told = [from: number, to: number, input: TaskInput, output?: TaskOutput]
const holds = (...told: Told[]) =>
  isLinearizable(
    told.map(
      ([calledAt, answeredAt, input, output]): Operation<TaskInput, TaskOutput> => ({
        ...{ calledAt, answeredAt, input },
        ...(output !== undefined && { output }),
      }),
    ),
    taskModel(created),
  )
const get: TaskInput = { kind: 'get' }
const toggle: TaskInput = { kind: 'toggle' }
const update = (title: string, ifVersion?: number): TaskInput => ({
  ...{ kind: 'update' as const, title },
  ...(ifVersion && { ifVersion }),
})

describe('a history that could be of one task', () => {
  const histories: Record<string, Told[]> = {
    'one after the other': [
      [0, 1, update('b'), seen('b', 2)],
      [2, 3, toggle, seen('b', 3, true)],
      [4, 5, get, seen('b', 3, true)],
      [6, 7, { kind: 'delete' }, 'deleted'],
      [8, 9, get, 'missing'],
    ],
    'a read beside a write sees it or does not': [
      [0, 9, update('b'), seen('b', 2)],
      [1, 2, get, created],
      [3, 4, get, seen('b', 2)],
    ],
    'two writes at once, in the other order': [
      [0, 9, update('b'), seen('b', 3, true)],
      [1, 8, toggle, seen('a', 2, true)],
    ],
    'a write of unknown outcome that was carried out late': [
      [0, 1, update('b')],
      [2, 3, get, created],
      [4, 5, get, seen('b', 2)],
    ],
    'one that never was': [
      [0, 1, update('b')],
      [2, 3, update('c'), seen('c', 2)],
      [4, 5, get, seen('c', 2)],
    ],
    'one of two with the same condition': [
      [0, 5, update('b', 1), seen('b', 2)],
      [1, 4, update('c', 1), 'not matched'],
    ],
  }
  for (const [name, history] of Object.entries(histories))
    test(name, () => assert.ok(holds(...history)))
})

describe('a history that could not', () => {
  const histories: Record<string, Told[]> = {
    'a lost update: both are told of a success, and one of them is gone': [
      [0, 5, update('b'), seen('b', 2)],
      [1, 4, toggle, seen('a', 3, true)],
      [6, 7, get, seen('a', 3, true)],
    ],
    'two writes that were told one version': [
      [0, 5, update('b'), seen('b', 2)],
      [1, 4, toggle, seen('a', 2, true)],
    ],
    'a stale read': [
      [0, 1, update('b'), seen('b', 2)],
      [2, 3, get, created],
    ],
    'a read that goes back': [
      [0, 9, update('b'), seen('b', 2)],
      [1, 2, get, seen('b', 2)],
      [3, 4, get, created],
    ],
    'two that both met the same condition': [
      [0, 5, update('b', 1), seen('b', 2)],
      [1, 4, update('c', 1), seen('c', 3)],
    ],
    'a condition that held and was refused': [[0, 1, update('b', 1), 'not matched']],
    'a task that was deleted and is there': [
      [0, 1, { kind: 'delete' }, 'deleted'],
      [2, 3, get, created],
    ],
    'a write of unknown outcome that happened twice': [
      [0, 1, toggle],
      [2, 3, get, seen('a', 2, true)],
      [4, 5, get, seen('a', 3)],
    ],
  }
  for (const [name, history] of Object.entries(histories))
    test(name, () => assert.ok(!holds(...history)))
})

test('a long history of many at once is decided', () => {
  const many = Array.from({ length: 60 }, (_, n): Told => {
    const version = n + 2
    return [n, n + 6, update(`title ${n}`), seen(`title ${n}`, version)]
  })
  assert.ok(holds(...many))
  const last = many.at(-1) as Told
  assert.ok(!holds(...many.slice(0, -1), [last[0], last[1], last[2], seen('lost', 61)]))
})
