import { type Check, checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { etagIn } from '../tasks.ts'
import { crowds } from './crowds.ts'

const about = {
  record: 'ADR-0007',
  requirements: ['FR-003', 'EC-1'],
  needs: ['users'],
} as const

const [SWIFT_MS, RECOVERED_MS, BEARABLE_MS] = [1_000, 2_000, 5_000]
const SAMPLES = 2

/** One after the other: this group is the last of a run, so everything is warm and few others are asking. */
const measured = oncePerRun(async (context) => {
  const samples: Exchange[] = []
  for (let count = 0; count < SAMPLES; count += 1)
    samples.push(await context.send({ path: TASKS, as: 'A' }))
  const { id } = await context.task('A')
  const path = `${TASKS}/${id}`
  const concurrent = await Promise.all([
    context.send({ path, as: 'A' }),
    context.send({ path: TASKS, as: 'B' }),
    context.send({ path: `${TASKS}?search=${context.runId}&sort_by=title`, as: 'A' }),
    context.send({ method: 'PATCH', path, as: 'A', json: { priority: 'high' } }),
  ])
  const refused = await Promise.all([
    context.send({ method: 'DELETE', path, as: 'A', headers: [['If-Match', '"gone by"']] }),
    context.send({ method: 'PATCH', path, as: 'A', json: { due_date: '2030-02-30' } }),
  ])
  const afterwards = await context.send({ path, as: 'A' })
  return { samples, concurrent, refused, afterwards }
})

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
      const { samples } = await measured(context)
      for (const sample of samples) context.expectStatus(sample, 200)
      // A single slow one is the network's business.
      const [, slow] = [...samples].sort((one, other) => other.ms - one.ms) as [Exchange, Exchange]
      if (expectWithin(context, slow, BEARABLE_MS))
        context.prefer(slow.ms <= SWIFT_MS, slow, `within ${told(SWIFT_MS)}`, told(slow.ms))
    },
  },
  'P-02': {
    promise: 'answers readers and writers who come at once',
    severity: 'medium',
    fix: 'size the pool for the load, and let requests wait for a connection a bounded time',
    run: async (context) => {
      for (const exchange of (await measured(context)).concurrent) {
        context.expectStatus(exchange, 200)
        expectWithin(context, exchange, BEARABLE_MS)
      }
    },
  },
  'P-03': {
    promise: 'is as quick as ever after all the errors of a run',
    severity: 'medium',
    fix: 'give connections back where a query fails or finds nothing, too',
    run: async (context) => {
      const { refused, afterwards } = await measured(context)
      const statuses = refused.map(({ response }) => response?.status).join()
      context.expect(statuses === '412,422', refused[0] as Exchange, '412, 422', statuses)
      context.expectStatus(afterwards, 200)
      expectWithin(context, afterwards, RECOVERED_MS)
      context.expect(etagIn(afterwards) !== '"none"', afterwards, 'an ETag')
    },
  },
})

export const performance: readonly Check[] = [...waits, ...crowds]
