import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { turns } from './turns.ts'

test('so many work at a time, and whoever waits for the fewest goes first', async () => {
  const inTurn = turns(2)
  const begun: string[] = []
  const ends: (() => void)[] = []
  const work = (whose: object, name: string) =>
    inTurn(whose, () => {
      begun.push(name)
      return new Promise<void>((end) => ends.push(end))
    })
  const [many, pair, one] = [{}, {}, {}]
  const all = [1, 2, 3, 4, 5].map((at) => work(many, `many ${at}`))
  all.push(work(pair, 'pair 1'), work(pair, 'pair 2'), work(one, 'one'))
  for (let ended = 0; ended < all.length; ended += 1) {
    await turn()
    assert.equal(ends.length, Math.min(2, all.length - ended))
    ends.shift()?.()
  }
  await Promise.all(all)
  const rest = ['many 3', 'many 4', 'many 5']
  assert.deepEqual(begun, ['one', 'pair 1', 'pair 2', 'many 1', 'many 2', ...rest])
})

test('what fails leaves its place to the next', async () => {
  const inTurn = turns(1)
  await assert.rejects(
    inTurn({}, () => Promise.reject(new Error('lost'))),
    /lost/,
  )
  assert.equal(await inTurn({}, async () => 'next'), 'next')
})
