import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dealt, turned } from './dealt.ts'

const ways = [
  { name: 'a' },
  { name: 'b' },
  { name: 'x', rare: true },
  { name: 'y', rare: true },
  { name: 'z', rare: true },
] as const
const namesOf = (places: number, seed: number) =>
  dealt<{ name: string; rare?: true }>(ways, places, seed).map(({ name }) => name)

test('the usual ways come in every run, however few places there are', () => {
  for (let seed = 0; seed < 20; seed += 1)
    for (const places of [1, 2, 4, 9])
      assert.ok(['a', 'b'].every((name) => namesOf(places, seed).includes(name)))
})

test('as many places are filled as there are, and rare ways only where one is left', () => {
  assert.deepEqual(
    [1, 2, 4, 9].map((places) => namesOf(places, 7).length),
    [2, 2, 4, 9],
  )
  assert.equal(new Set(namesOf(4, 7)).size, 4)
  assert.equal(new Set(namesOf(9, 7)).size, 5)
})

test('every way comes to every place, by the seed, and the same from the same seed', () => {
  const runs = Array.from({ length: 60 }, (_, seed) => namesOf(3, seed))
  for (let place = 0; place < 3; place += 1)
    assert.equal(new Set(runs.map((names) => names[place])).size, ways.length)
  assert.deepEqual(namesOf(3, 41), runs[41])
})

test('where there is nothing to deal there is nothing', () => {
  assert.deepEqual(dealt([], 3, 5), [])
  assert.deepEqual(turned([], 5), [])
})
