import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawsOf } from './draws.ts'
import { shorter } from './shorter.ts'
import type { Step, Turn } from './steps.ts'

test('the same seed draws the same walks, another one others', () => {
  assert.deepEqual(drawsOf(7, 30), drawsOf(7, 30))
  assert.notDeepEqual(drawsOf(7, 30), drawsOf(8, 30))
  const acts = new Set(drawsOf(7, 40).flatMap((draws) => draws.map(({ act }) => act)))
  assert.equal(acts.size, 9, [...acts].join())
})

const create = (task: string, by: 'A' | 'B' = 'A'): Step => ({
  op: 'create',
  by,
  task,
  words: { title: 'zoo' },
})
const read = (task: string): Step => ({ op: 'read', by: 'A', task })
const turns: Turn[] = [
  [create('1')],
  [create('2')],
  [create('3', 'B')],
  [read('2')],
  [{ op: 'change', by: 'A', task: '1', method: 'PUT', words: { completed: true }, match: 1 }],
  [read('1')],
]

test('what concerns the last turn alone is tried first', () => {
  assert.deepEqual(shorter(turns)[0], [turns[0], turns[4], turns[5]])
})

test('no shorter walk works on what it has not made, and each ends as the whole does or with less in that', () => {
  for (const candidate of shorter(turns)) {
    const made = candidate
      .flat()
      .filter(({ op }) => op === 'create')
      .map((step) => 'task' in step && step.task)
    assert.ok(candidate.flat().every((step) => !('task' in step) || made.includes(step.task)))
    assert.equal(candidate.at(-1)?.[0]?.op, 'read')
  }
})

test('a turn alone, two at once and each member are left out in turn', () => {
  const found = shorter([
    [create('1')],
    [read('1'), { op: 'delete', by: 'A', task: '1', match: 0 }],
  ])
  assert.ok(found.some((it) => it[1]?.length === 1 && it[1][0]?.op === 'delete'))
  const changed = shorter([[create('1')], turns[4] as Turn])
  assert.ok(changed.some((it) => !('match' in (it[1]?.[0] ?? {}))))
})
