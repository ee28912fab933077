import type { PassiveCheck, Traffic } from '../../../engine/check.ts'
import { differing } from '../../tasks.ts'
import { allTogether, type Flaw } from '../passive.ts'
import { predicted, stateBefore, writingRoute } from './predicted.ts'
import { grouped, isBefore, type Told, toldIn } from './told.ts'

interface Spec extends Pick<PassiveCheck, 'id' | 'promise' | 'fix'> {
  expected: string
  /** what is wrong in all that was told of one task, in order of time */
  flaws(told: readonly Told[], traffic: Traffic): readonly Flaw[]
}

const everyTask = ({ flaws, ...about }: Spec): PassiveCheck =>
  allTogether({
    ...{ severity: 'high', requirements: ['FR-007', 'US2'], record: 'ADR-0061' },
    ...about,
    flaws: (traffic) => {
      const { exchanges } = traffic.transport
      const told = exchanges
        .toSorted((one, other) => one.startedAt - other.startedAt)
        .flatMap(toldIn)
      return grouped(told, ({ task }) => task.id).flatMap((all) => flaws(all, traffic))
    },
  })

/** How an answer tells the state that another told before, where it tells it otherwise. */
const otherwise = (first: Told, told: Told): string | undefined => {
  const [name] = differing(first.task, told.task)
  return name ? `another ${name}` : undefined
}

const firstWith = (told: readonly Told[]) => told.find(({ etag }) => etag !== undefined)

/** What all answers of the run say of the same tasks, whatever was asked and by which check. */
export const tasks: readonly PassiveCheck[] = [
  everyTask({
    id: 'G-24',
    promise: 'tells one state of a task in one way, wherever it is told, and under one ETag',
    fix: 'make tasks out of rows in one place; move updated_at and the ETag with every change, and with nothing else',
    expected: 'the same task and ETag as long as updated_at is the same, and another ETag after it',
    flaws: (all) => {
      const states = grouped(all, ({ task }) => task.updated_at)
      const tags = new Map<string, string>()
      return states.flatMap((same) => {
        const [first] = same as [Told]
        const tag = firstWith(same)?.etag
        const [again] = tag !== undefined && tags.has(tag) ? same : []
        if (tag !== undefined) tags.set(tag, first.task.updated_at)
        const different = same.flatMap((told): Flaw[] => {
          const observed =
            otherwise(first, told) ??
            (told.etag !== undefined && told.etag !== tag ? 'another ETag' : undefined)
          return observed ? [{ exchange: told.exchange, observed }] : []
        })
        return again
          ? [{ exchange: again.exchange, observed: 'the ETag of another state' }, ...different]
          : different
      })
    },
  }),
  everyTask({
    id: 'G-25',
    promise: 'tells no state of a task after a later one, nor anything of one that was deleted',
    fix: 'read where was written last: no cache, no replica that lags, no record of an earlier answer',
    expected: 'the latest state that was told before',
    flaws: (all, { transport }) => {
      const path = (id: string) => new RegExp(`/tasks/${id}/?(\\?|$)`)
      const gone = transport.exchanges.find(
        ({ method, request, response }) =>
          method === 'DELETE' &&
          response?.status === 204 &&
          path(all[0]?.task.id ?? '').test(request.path),
      )
      return all.flatMap((told): Flaw[] => {
        if (gone && isBefore(gone, told.exchange))
          return [{ exchange: told.exchange, observed: 'a task that was deleted' }]
        const later = all.some(
          (it) => it.task.updated_at > told.task.updated_at && isBefore(it.exchange, told.exchange),
        )
        return later
          ? [{ exchange: told.exchange, observed: `the state of ${told.task.updated_at}` }]
          : []
      })
    },
  }),
  everyTask({
    id: 'G-26',
    promise:
      'writes what a request names, all of it, and nothing else, nor anything that nobody asked for',
    fix: 'write the members that the operation has and that were sent, as they were sent; leave the others alone',
    expected: 'the task as it was, with what a write names',
    flaws: (all, { transport }) => {
      const id = all[0]?.task.id ?? ''
      const writes = transport.exchanges.filter(
        ({ method, request, response }) =>
          !['GET', 'HEAD'].includes(method) &&
          request.path.includes(id) &&
          !(response && response.status >= 300 && response.status < 500),
      )
      // What this run has not made others may change meanwhile.
      const isOurs = all.some(({ exchange }) => exchange.response?.status === 201)
      return all.flatMap((told): Flaw[] => {
        const route = writingRoute(told.exchange)
        const right = route
          ? predicted(told, route, all, writes)
          : isOurs && stateBefore(told.exchange, all, writes)?.task
        const [name] = right ? differing(right, told.task).filter((it) => it in right) : []
        return name ? [{ exchange: told.exchange, observed: `another ${name}` }] : []
      })
    },
  }),
]
