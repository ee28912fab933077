import { checksOf } from '../../engine/check.ts'
import { allowedOrigin, from } from '../pages.ts'
import { expectGranted, expectHostileRefused } from './expectations.ts'
import { hostileShares, reading } from './requests.ts'

const common = { severity: 'high', requirements: ['FR-004', 'SC-003'], record: 'ADR-0012' } as const

/** Answers depend on the Origin of the request at hand, and on nothing that came before or beside it. */
export const mixedOrigins = checksOf(common, {
  'C-10': {
    promise: 'treats an origin the same every time',
    fix: 'compare with a list: a regular expression with the g flag remembers where it stopped, and so may a cache',
    run: async (context) => {
      const connection = 'one page'
      const request = { ...reading(context), connection }
      const origin = allowedOrigin(context)
      for (let time = 0; time < 2; time += 1)
        expectGranted(context, await context.send(from(origin, request)), origin)
      for (const hostile of hostileShares(context).steady)
        for (let time = 0; time < 4; time += 1)
          await expectHostileRefused(context, hostile, request)
    },
  },
  'C-11': {
    promise: 'does not mix up origins that ask at the same time',
    fix: 'keep nothing about a request in a variable that requests share',
    run: async (context) => {
      const { mixed } = hostileShares(context)
      const pairs = mixed.flatMap((hostile, turn) => {
        const origin = allowedOrigin(context, turn)
        return [
          expectHostileRefused(context, hostile, reading(context)),
          context.send(from(origin, reading(context))).then((exchange) => {
            expectGranted(context, exchange, origin)
          }),
        ]
      })
      await Promise.all(pairs)
    },
  },
})
