import type { PassiveCheck } from '../../../engine/check.ts'
import { type Exchange, problemIn } from '../../../engine/http/exchange.ts'
import { differenceOf } from '../../alike.ts'
import { taskIn, tasksIn } from '../../tasks.ts'
import { everyExchange } from '../every-exchange.ts'
import { allTogether, type Flaw } from '../passive.ts'
import { routeOf, sentIn } from '../route-of.ts'
import { grouped, isTask, subjectOf } from './told.ts'

const about = { severity: 'critical', requirements: ['US2'], record: 'ADR-0061' } as const

const isMissing = (exchange: Exchange): boolean =>
  exchange.response?.status === 404 &&
  !exchange.edge &&
  (exchange.method === 'HEAD' || problemIn(exchange).code === 'task_not_found')

/** Of one route, to pages or to programs, in one way of writing requests: what else differs tells of the task. */
const kindOf = (exchange: Exchange): string =>
  [
    routeOf(exchange)?.name ?? exchange.method,
    sentIn(exchange, 'origin').length,
    exchange.request.raw === true,
  ].join()

/** What all answers of the run say of whose tasks are. */
export const owners: readonly PassiveCheck[] = [
  everyExchange({
    ...about,
    id: 'G-27',
    promise: 'tells of a task nobody but its owner, whom the token names',
    fix: 'take the owner from the verified token, and put it into the condition of every query',
    expected: 'tasks of whom the token names, and of nobody else',
    flaw: (exchange) => {
      const told = [...tasksIn(exchange), taskIn(exchange)].filter(isTask)
      const subject = subjectOf(exchange)
      const foreign = told.filter(({ user_id }) => user_id !== subject)
      return foreign.length > 0 ? `${foreign.length} of ${told.length} tasks of another` : undefined
    },
  }),
  allTogether({
    ...about,
    id: 'G-28',
    promise: 'answers for every task that is not there alike, whyever it is not',
    fix: 'find tasks by owner and id in one step, and say one sentence where nothing was found',
    expected: 'the same answer as for every other task that is not there, to the last header',
    flaws: ({ transport: { exchanges } }) =>
      grouped(exchanges.filter(isMissing), kindOf).flatMap(([first, ...others]) =>
        others.flatMap((exchange): Flaw[] => {
          const [one, other] = [exchange.response, first?.response]
          const observed = one && other && differenceOf(one, other)
          return observed ? [{ exchange, observed }] : []
        }),
      ),
  }),
]
