import { type Check, checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { spaced } from '../health/freshness.ts'
import { etagIn, tasksIn } from '../tasks.ts'
import { crowds } from './crowds.ts'
import { measured } from './measured.ts'

const about = {
  record: 'ADR-0007',
  requirements: ['FR-003', 'EC-1'],
  needs: ['users'],
} as const

const [SWIFT_MS, RECOVERED_MS, BEARABLE_MS] = [1_000, 2_000, 5_000]

const told = (ms: number): string => `${Math.round(ms)} ms`

const expectWithin = (context: CheckContext, exchange: Exchange, limit: number): boolean =>
  context.expectWithin(exchange, limit, `an answer within ${told(limit)}`)

/** Sanity only: what a caller across the world sees depends on the way there as much as on the service. */
const waits = checksOf(about, {
  'P-01': {
    promise: 'lists tasks within a second once it is warm',
    severity: 'low',
    fix: 'look for a missing index, a far database, or a connection made for each request',
    run: async (context) => {
      const samples = (await measured(context)).found.map(({ list }) => list)
      for (const sample of samples) context.expectStatus(sample, 200)
      // A single slow one is the network's business.
      const [, slow] = samples.toSorted((one, other) => other.ms - one.ms) as [Exchange, Exchange]
      if (!expectWithin(context, slow, BEARABLE_MS)) return
      // The way there and back, and to a new connection where none is kept, is the network's business as well.
      const swift = SWIFT_MS + Math.min(...(await spaced(context)).map(({ ms }) => ms))
      context.prefer(slow.ms <= swift, slow, `within ${told(swift)}`, told(slow.ms))
    },
  },
  'P-02': {
    promise: 'answers readers and writers who come at once',
    severity: 'medium',
    fix: 'size the pool for the load, and let requests wait for a connection a bounded time',
    run: async (context) => {
      const { refused, shown } = await measured(context)
      for (const exchange of shown) context.expectStatus(exchange, 200)
      for (const exchange of [refused, ...shown]) expectWithin(context, exchange, BEARABLE_MS)
    },
  },
  'P-03': {
    promise: 'is as quick as ever after all the errors of a run',
    severity: 'medium',
    fix: 'give connections back where a query fails or finds nothing, too',
    run: async (context) => {
      const { refused, afterwards } = await measured(context)
      context.expectProblem(refused, 'precondition_failed')
      context.expectStatus(afterwards, 200)
      expectWithin(context, afterwards, RECOVERED_MS)
      context.expect(etagIn(afterwards) !== '"none"', afterwards, 'an ETag')
    },
  },
  'P-07': {
    promise: 'gives nobody what its owner was answered right before at the same address',
    severity: 'critical',
    record: 'ADR-0009',
    requirements: ['US2'],
    fix: 'keep no answer by its address: who asks decides what there is',
    run: async (context) => {
      const { afterwards, foreign, other } = await measured(context)
      context.control(afterwards.response?.status === 200, afterwards, 'A can read')
      context.expectProblem(foreign, 'task_not_found')
      if (!context.expectStatus(other, 200)) return
      context.expect(tasksIn(other).length === 0, other, 'no task, since none of B is found')
    },
  },
})

export const performance: readonly Check[] = [...waits, ...crowds]
