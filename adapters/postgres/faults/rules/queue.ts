import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { settled } from '../world.ts'
import { type Rule, succeeds } from './rule.ts'

export const queueRules: readonly Rule[] = [
  {
    id: 'A-7',
    title:
      'with every slot busy the one behind the queue is refused at once, the queued ones in time',
    options: { max: 2, queueMax: 3 },
    check: async (world, subject) => {
      const slow = [subject.read(2.5), subject.read(2.5)].map((work) => settled(work))
      await world.running('pg_sleep', 2)
      const ends: (string | undefined)[] = []
      const queued = [1, 2, 3, 4].map(async () => {
        const end = await settled(subject.read(), 2_000)
        ends.push(end.ok ? undefined : end.error.code)
      })
      await turn()
      assert.deepEqual(ends, ['overloaded'], 'one is refused at once')
      await Promise.all(queued)
      assert.ok(ends.every((code) => code === undefined || code === 'overloaded'))
      await Promise.all(slow)
    },
  },
  {
    id: 'A-8',
    title: 'a fast statement does not wait for a slow one while another slot is free soon',
    options: { max: 2 },
    check: async (_, subject) => {
      await Promise.all([subject.read(0.1), subject.read(0.1)])
      let slowIsOver = false
      const slow = settled(subject.read(1.4)).then(() => {
        slowIsOver = true
      })
      const other = settled(subject.read(0.2))
      await Promise.all([1, 2, 3, 4].map(() => succeeds(subject.read())))
      assert.ok(!slowIsOver, 'served beside the slow one')
      await Promise.all([slow, other])
    },
  },
]
