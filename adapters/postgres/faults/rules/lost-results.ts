import assert from 'node:assert/strict'
import { pause, until } from '../world.ts'
import { count, fails, type Rule, succeeds } from './rule.ts'

export const lostResultRules: readonly Rule[] = [
  {
    id: 'A-10',
    title: 'a write whose answer is lost is carried out once and ends as an unknown outcome',
    options: { max: 1 },
    check: async (world, subject) => {
      // The first one prepares the statement: the next is carried out without a word from the server before.
      await succeeds(subject.write('first'))
      await world.proxy.become('deaf')
      const lost = fails(subject.write('second'))
      await until(async () => (await count(world, 'marks')) === 2)
      await world.proxy.become('pass')
      world.proxy.cut()
      // The driver has no other word for it.
      assert.match(String(await lost), /^(outcome_unknown|CONNECTION_CLOSED|ECONNRESET)$/)
      await pause(300)
      assert.equal(await count(world, 'marks'), 2)
    },
  },
  {
    id: 'A-10',
    title: 'a keyed write whose answer is lost is sent again and succeeds, carried out once',
    options: { max: 1 },
    check: async (world, subject) => {
      await succeeds(subject.keyed('first'))
      await world.proxy.become('deaf')
      const lost = succeeds(subject.keyed('second'))
      await until(async () => (await count(world, 'keyed_marks')) === 2)
      await world.proxy.become('pass')
      world.proxy.cut()
      await lost
      assert.equal(await count(world, 'keyed_marks'), 2)
    },
  },
]
