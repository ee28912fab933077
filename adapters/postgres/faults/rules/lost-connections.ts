import assert from 'node:assert/strict'
import { pause, recovery, settled } from '../world.ts'
import { type Rule, recoversSoon, succeeds } from './rule.ts'

export const lostConnectionRules: readonly Rule[] = [
  {
    id: 'A-5',
    title: 'a black-holed connection ends in a fault within its deadline and the slot serves again',
    options: { max: 2 },
    check: async (world, subject) => {
      await Promise.all([subject.read(0.1), subject.read(0.1)])
      await world.proxy.become('black_hole')
      const lost = [1, 2, 3, 4].map(() => settled(subject.read()))
      await pause(300)
      await world.proxy.become('pass')
      await recoversSoon(subject)
      await Promise.all(lost)
      await Promise.all([succeeds(subject.read(0.2)), succeeds(subject.read(0.2))])
    },
  },
  {
    id: 'A-6',
    title: 'idle connections lost in a black hole give all their room back',
    options: { max: 3, idleSeconds: 1 },
    check: async (world, subject) => {
      await Promise.all([1, 2, 3].map(() => subject.read(0.2)))
      await world.proxy.become('black_hole')
      await pause(2_500)
      await world.proxy.become('pass')
      await recovery(() => subject.read())
      const rows = await Promise.all([1, 2, 3].map(() => subject.read(1)))
      const [began, ended] = (['began', 'ended'] as const).map((at) =>
        rows.map(([row]) => Number(row?.[at])),
      )
      assert.ok(Math.max(...(began ?? [])) < Math.min(...(ended ?? [])), 'three at once')
    },
  },
  {
    id: 'A-13',
    title: 'closing does not wait for what will never end',
    check: async (world, subject) => {
      await succeeds(subject.read())
      const killed = settled(subject.read(8))
      await world.running('pg_sleep')
      await world.proxy.become('refuse')
      await killed
      const end = await settled(subject.close(), 3_000)
      assert.ok(end.ok)
    },
  },
  {
    id: 'A-13',
    title: 'closing does not wait for a connection that fell silent',
    check: async (world, subject) => {
      await succeeds(subject.read())
      await world.proxy.become('black_hole')
      const lost = settled(subject.read())
      await pause(50)
      const end = await settled(subject.close(), 3_000)
      assert.ok(end.ok)
      await lost
    },
  },
]
