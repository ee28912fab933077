import type { PassiveCheck } from '../../../engine/check.ts'
import type { TaskJson } from '../../../engine/check-context.ts'
import { type Exchange, membersOf } from '../../../engine/http/exchange.ts'
import { idsIn, nextTarget, tasksIn } from '../../tasks.ts'
import { fits } from '../../walk/model/listing.ts'
import { allTogether, type Flaw } from '../passive.ts'
import { type Asked, askedIn, isInOrder } from './asked-list.ts'
import { grouped, isBefore, subjectOf, type Told, toldIn } from './told.ts'

const about = { severity: 'high', requirements: ['FR-007', 'US2'], record: 'ADR-0061' } as const

/** The lists of the run, with what each was asked for. */
const lists = (exchanges: readonly Exchange[]) =>
  exchanges.flatMap((exchange) => {
    const asked = askedIn(exchange)
    return asked ? [{ exchange, asked }] : []
  })

/** What a list says that nobody asked for, whatever there is. */
const flawIn = (exchange: Exchange, asked: Asked): string | undefined => {
  const [tasks, ids] = [tasksIn(exchange), idsIn(exchange)]
  const { page, per_page } = membersOf<{ page: unknown; per_page: unknown }>(exchange)
  if (!tasks.every((task) => fits(task, asked))) return 'a task that does not match'
  if (new Set(ids).size < ids.length) return 'a task twice'
  if (!tasks.every((task, index) => index === 0 || isInOrder(tasks[index - 1], task, asked)))
    return `another order than ${asked.sort_by} ${asked.sort_order}`
  if (tasks.length > asked.per_page) return `${tasks.length} tasks of at most ${asked.per_page}`
  if (nextTarget(exchange) !== undefined && tasks.length < asked.per_page)
    return `${tasks.length} tasks of ${asked.per_page}, though there are more`
  if (per_page !== asked.per_page) return `per_page ${per_page}, not ${asked.per_page}`
  return page === asked.page ? undefined : `page ${page}, not ${asked.page}`
}

/** By id, what was told of a task and what was done to it. */
interface Life {
  told: Told[]
  writes: Exchange[]
}

const ID = /\/tasks\/([^/?]+)/
const isRefused = ({ response }: Exchange) =>
  response !== undefined && response.status >= 300 && response.status < 500

const isWrite = (exchange: Exchange): boolean =>
  !['GET', 'HEAD', 'OPTIONS'].includes(exchange.method) && !isRefused(exchange)

const livesOf = (exchanges: readonly Exchange[]): ReadonlyMap<string, Life> => {
  const lives = new Map<string, Life>()
  for (const told of exchanges.flatMap(toldIn)) {
    const life = lives.get(told.task.id) ?? { told: [], writes: [] }
    lives.set(told.task.id, life)
    life.told.push(told)
  }
  for (const exchange of exchanges) {
    const id = ID.exec(exchange.request.path)?.[1] ?? ''
    if (isWrite(exchange)) lives.get(id)?.writes.push(exchange)
  }
  return lives
}

/** What this run has not made, such as a task of another one with the same users, others may remove meanwhile. */
const isMadeHere = ({ told }: Life): boolean =>
  told.some(({ exchange }) => exchange.response?.status === 201)

/** A task as it was all the while that a list was made; undefined where nobody knows. */
const stateDuring = ({ told, writes }: Life, list: Exchange): TaskJson | undefined => {
  const last = told
    .filter(({ exchange }) => isBefore(exchange, list))
    .reduce<Told | undefined>(
      (latest, it) => (latest && isBefore(it.exchange, latest.exchange) ? latest : it),
      undefined,
    )
  const isSure = writes.every(
    (write) =>
      write === last?.exchange || (last && isBefore(write, last.exchange)) || isBefore(list, write),
  )
  return isSure ? last?.task : undefined
}

/** A page by number that ends all that there is, or goes as far as its last task. */
const holds = (list: Exchange, asked: Asked, task: TaskJson): boolean => {
  const tasks = tasksIn(list)
  const isBeyond =
    nextTarget(list) !== undefined && !(tasks.length > 0 && isAhead(task, tasks.at(-1), asked))
  return isBeyond || tasks.some(({ id }) => id === task.id)
}

/** Strictly, since the contract leaves the order of ties to the server. */
const isAhead = (task: TaskJson, last: TaskJson | undefined, asked: Asked): boolean =>
  !isInOrder(last, task, asked)

/** Whatever may have changed what its owner has while these two lists were made, or in between. */
const isDisturbed = (writes: readonly Exchange[], one: Exchange, other: Exchange): boolean => {
  const [first, last] = isBefore(one, other) ? [one, other] : [other, one]
  const begun = Math.min(first.startedAt, last.startedAt)
  const ended = Math.max(first.startedAt + first.ms, last.startedAt + last.ms)
  return writes.some(({ startedAt, ms }) => startedAt + ms >= begun && startedAt <= ended)
}

/** Pages of one list that differ in their number alone. */
const pagesOf = (all: ReturnType<typeof lists>) =>
  grouped(
    all.filter(({ asked }) => asked.page !== undefined),
    ({ exchange, asked: { page: _, ...asked } }) => JSON.stringify([subjectOf(exchange), asked]),
  )

/** What all lists of the run hold, whichever check asked for them. */
export const taskLists: readonly PassiveCheck[] = [
  allTogether({
    ...about,
    id: 'G-29',
    promise:
      'lists what was asked for alone, in the order that was asked for, each task on one page',
    fix: 'apply every parameter in the one query that all lists come from',
    expected: 'tasks that match, each once, in order and no more than a page holds',
    flaws: ({ transport: { exchanges } }) => {
      const all = lists(exchanges)
      const writes = exchanges.filter((it) => isWrite(it))
      const isAgain = (page: (typeof all)[number], other: (typeof all)[number]) =>
        page.asked.page !== other.asked.page &&
        idsIn(page.exchange).some((id) => idsIn(other.exchange).includes(id)) &&
        !isDisturbed(writes, page.exchange, other.exchange)
      const again = pagesOf(all).flatMap((pages) =>
        pages.filter((page, index) => pages.slice(0, index).some((it) => isAgain(page, it))),
      )
      return [
        ...all.flatMap(({ exchange, asked }): Flaw[] => {
          const observed = flawIn(exchange, asked)
          return observed ? [{ exchange, observed }] : []
        }),
        ...again.map(({ exchange }): Flaw => ({ exchange, observed: 'tasks of another page' })),
      ]
    },
  }),
  allTogether({
    ...about,
    id: 'G-30',
    promise: 'leaves out of no list what was told to its owner before and matches',
    fix: 'commit before answering, and look for the term and the tags in all that a task has',
    expected: 'every task that was told before, has not changed since, and matches',
    flaws: ({ transport: { exchanges } }) => {
      const lives = [...livesOf(exchanges).values()].filter(isMadeHere)
      return lists(exchanges).flatMap(({ exchange, asked }): Flaw[] => {
        if (asked.page !== 1) return []
        const subject = subjectOf(exchange)
        const missing = lives.filter((life) => {
          if (life.told[0]?.task.user_id !== subject) return false
          const task = stateDuring(life, exchange)
          return task && fits(task, asked) && !holds(exchange, asked, task)
        })
        return missing.length > 0
          ? [{ exchange, observed: `${missing.length} of them missing` }]
          : []
      })
    },
  }),
]
