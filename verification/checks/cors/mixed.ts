import type { Check } from '../../engine/check.ts'
import {
  allowedOrigin,
  expectGranted,
  expectRefused,
  from,
  fromHostile,
  hostileShares,
  reading,
} from './rules.ts'

const common = { severity: 'high', requirements: ['FR-004', 'SC-003'], record: 'ADR-0012' } as const

/** Answers depend on the Origin of the request at hand, and on nothing that came before or beside it. */
export const mixedOrigins: readonly Check[] = [
  {
    ...common,
    id: 'C-10',
    promise: 'treats an origin the same every time',
    fix: 'a regular expression with the g flag remembers where it stopped: compare with a list',
    run: async (trial) => {
      const connection = 'one page'
      const wanted = { ...reading(trial), connection }
      const origin = allowedOrigin(trial)
      for (let time = 0; time < 3; time += 1)
        expectGranted(trial, await trial.send(from(origin, wanted)), origin)
      for (const hostile of hostileShares(trial).steady)
        for (let time = 0; time < 2; time += 1)
          expectRefused(trial, await trial.send(fromHostile(hostile, wanted)), hostile.name)
    },
  },
  {
    ...common,
    id: 'C-11',
    promise: 'does not mix up origins that ask at the same time',
    fix: 'keep nothing about a request in a variable that requests share',
    run: async (trial) => {
      const { mixed } = hostileShares(trial)
      const pairs = mixed.flatMap((hostile, turn) => {
        const origin = allowedOrigin(trial, turn)
        return [
          trial.send(fromHostile(hostile, reading(trial))).then((exchange) => {
            expectRefused(trial, exchange, hostile.name)
          }),
          trial.send(from(origin, reading(trial))).then((exchange) => {
            expectGranted(trial, exchange, origin)
          }),
        ]
      })
      await Promise.all(pairs)
    },
  },
]
