import { checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { spaced } from '../health/freshness.ts'
import { oncePerRun } from '../once-per-run.ts'
import { differing, taskIn, tasksIn, totalIn } from '../tasks.ts'
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
      promise: 'finds and counts all tasks as they are now, whatever was changed of them',
      needs: ['users'],
      severity: 'high',
      record: 'ADR-0016',
      fix: 'read and count in one statement; keep no page, total or index that a write can leave behind',
      run: async (context) => {
        for (const { list, told } of (await measured(context)).found) {
          if (!context.expectStatus(list, 200)) continue
          const [total, [task, ...others]] = [told ? 1 : 0, tasksIn(list)]
          context.expect(totalIn(list) === total, list, `a total of ${total}`, `${totalIn(list)}`)
          const isThere = (task !== undefined) === (told !== undefined) && others.length === 0
          context.expect(isThere, list, told ? 'the one task that matches' : 'no task')
          const changed = task && told ? differing(taskIn(told), task) : []
          context.expect(changed.length === 0, list, 'the task as it is', `differs in ${changed}`)
        }
      },
    },
    'P-05': {
      promise: 'limits how often a caller comes, not how many requests are under way at once',
      needs: ['users'],
      fix: 'count requests in a window of time; let those that come at once wait for a connection',
      run: async (context) => {
        const request = { path: PAGE, as: 'A' } as const
        const { refused, shown } = await measured(context)
        for (const exchange of shown) context.expectStatus(exchange, 200)
        if (!isLimited([refused, ...shown])) return
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
