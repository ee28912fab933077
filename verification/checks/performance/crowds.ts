import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { spaced } from '../health/freshness.ts'
import { oncePerRun } from '../once-per-run.ts'
import { totalIn } from '../tasks.ts'
import { CROWD, measured, PAGE } from './measured.ts'

/** Whoever waits for four others takes five times as long; whoever shares an answer, hardly longer. */
const [AT_ONCE, TIMES_MAX, MORE_MS] = [5, 2, 250]
const ROUNDS = 3

const together = (context: CheckContext, request: HttpRequest, times = CROWD) =>
  Promise.all(Array.from({ length: times }, () => context.send(request)))

const inTurn = async (context: CheckContext, request: HttpRequest, times: number) => {
  const answers: Exchange[] = []
  for (let turn = 0; turn < times; turn += 1) answers.push(await context.send(request))
  return answers
}

const slowestOf = (exchanges: readonly Exchange[]): Exchange =>
  exchanges.reduce((one, other) => (other.ms > one.ms ? other : one))
const quickestOf = (exchanges: readonly Exchange[]): number =>
  Math.min(...exchanges.map(({ ms }) => ms))
const isLimited = (exchanges: readonly Exchange[]) => exchanges.some(({ limited }) => limited > 0)

const healthCrowd = oncePerRun(async (context) => {
  const request = { path: '/health' }
  const alone = quickestOf(await spaced(context))
  const ask = async () => {
    const crowd = await together(context, request, AT_ONCE)
    // The first of a queue does not wait, and pays as the others do for a connection where none is kept.
    const limit = TIMES_MAX * Math.max(alone, quickestOf(crowd)) + MORE_MS
    return { slowest: slowestOf(crowd), limit }
  }
  let asked = await ask()
  // A machine that is busy is slow now and then; a queue is slow each time.
  const { patience } = context.settings
  const isSlow = () => asked.slowest.ms > asked.limit * patience
  for (let round = 1; round < ROUNDS && isSlow(); round += 1) asked = await ask()
  return asked
})

/** What is answered to many at once. Run last, when nobody else is asking. */
export const crowds = checksOf(
  { requirements: ['FR-003', 'FR-005', 'EC-1'], record: 'ADR-0013', severity: 'medium' } as const,
  {
    'P-04': {
      promise: 'answers health checks that come together at the same time, none after the other',
      fix: 'let concurrent callers share one probe instead of queueing for their own',
      run: async (context) => {
        const { slowest, limit } = await healthCrowd(context)
        context.expectWithin(slowest, limit, `all within ${Math.round(limit)} ms`)
      },
    },
    'P-06': {
      promise: 'counts all tasks as they are now',
      needs: ['users'],
      severity: 'high',
      record: 'ADR-0016',
      fix: 'count in the database, in the statement that reads the page; keep no total beside it',
      run: async (context) => {
        await healthCrowd(context)
        const count = () => context.send({ path: PAGE, as: 'B' })
        // Nobody has come to own anything since.
        const [before] = (await measured(context)).others as [Exchange]
        context.control(before.response?.status === 200, before, 'B can list')
        const { id } = await context.task('B')
        const after = await count()
        const grown = totalIn(after) === Number(totalIn(before)) + 1
        context.expect(grown, after, `a total of one more than ${totalIn(before)}`)
        await context.send({ method: 'DELETE', path: `${TASKS}/${id}`, as: 'B' })
        const last = await count()
        context.expect(
          totalIn(last) === totalIn(before),
          last,
          `a total of ${totalIn(before)} again`,
        )
      },
    },
    'P-05': {
      promise: 'limits how often a caller comes, not how many requests are under way at once',
      needs: ['users'],
      fix: 'count requests in a window of time; let those that come at once wait for a connection',
      run: async (context) => {
        const request = { path: PAGE, as: 'A' } as const
        const { concurrent: first } = await measured(context)
        for (const exchange of first) context.expectStatus(exchange, 200)
        if (!isLimited(first)) return
        // A rate limit turns away whoever comes one after the other, too.
        const alone = await inTurn(context, request, CROWD)
        const again = await together(context, request)
        const bites = isLimited(again) && !isLimited(alone)
        const expected = `${CROWD} requests at once, as well as one after the other`
        context.expect(!bites, again[0] as Exchange, expected, 'those at once meet 429')
      },
    },
  },
)
