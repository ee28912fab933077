import assert from 'node:assert/strict'
import { errorResponse } from '../wire.ts'
import { settled, until } from '../world.ts'
import { fails, RECOVERY_MS, type Rule, recoversSoon } from './rule.ts'

export const neonRules: readonly Rule[] = [
  {
    id: 'B-4',
    title:
      'an endpoint of Neon that is disabled is an error at once, and is found again when it is enabled',
    check: async (world, subject) => {
      const text = 'The requested endpoint is disabled. Enable it and retry.'
      world.proxy.answer([errorResponse('ERROR', 'XX000', text)])
      await Promise.all([1, 2, 3].map(() => fails(subject.read(), RECOVERY_MS)))
      world.proxy.answer(undefined)
      await recoversSoon(subject)
    },
  },
  {
    id: 'B-5',
    title: 'while a server takes 5 s to wake requests get clean answers, and then it serves',
    options: { productionTimeouts: true },
    check: async (world, subject) => {
      world.proxy.delay(5_000)
      let awake = false
      world.proxy.answered().then(() => {
        awake = true
      })
      const first = await settled(Promise.all([subject.read(), subject.read(), subject.read()]))
      if (!first.ok) assert.equal(first.error.code, 'database_unavailable')
      // Whoever dialled first has waited on: its answer serves, and nobody waits 5 s again.
      await until(() => awake)
      await recoversSoon(subject)
      world.proxy.delay(0)
    },
  },
]
