import type { TaskJson } from '../../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../../engine/http/exchange.ts'
import { claimsIn } from '../../../engine/users.ts'
import { taskIn, tasksIn } from '../../tasks.ts'
import { sentIn } from '../route-of.ts'

/** A state of a task, as one answer tells it. */
export interface Told {
  exchange: Exchange
  task: TaskJson
  /** of an answer that is this task alone; what a proxy makes weak is the same tag */
  etag: string | undefined
}

/** Whom the one token of a request names, unverified; undefined where it bears none or several. */
export const subjectOf = (exchange: Exchange): unknown => {
  const [value = '', ...others] = sentIn(exchange, 'authorization')
  const [, token] = /^Bearer +(\S+)$/i.exec(value) ?? []
  return token !== undefined && others.length === 0 ? claimsIn(token).sub : undefined
}

/** What was answered once and is said again is no news (contract §3). */
const isReplay = ({ response }: Exchange): boolean =>
  headerOf(response, 'idempotency-replayed') === 'true'

export const isTexts = (all: unknown): all is string[] =>
  Array.isArray(all) && all.every((it) => typeof it === 'string')

/** Whether something is a task, as far as checks read of it; what else it has to be is for G-02. */
export const isTask = (task: unknown): task is TaskJson => {
  const { id, title, tags, updated_at } = Object(task) as Partial<TaskJson>
  return isTexts([id, title, updated_at]) && isTexts(tags)
}

/** Every state of every task that an answer tells as it is at that time. */
export const toldIn = (exchange: Exchange): Told[] => {
  const { response, edge } = exchange
  const isNews = !edge && !isReplay(exchange) && [200, 201].includes(response?.status ?? 0)
  if (!response || !isNews) return []
  const listed = tasksIn(exchange).map((task) => ({ exchange, task, etag: undefined }))
  const one = taskIn(exchange)
  const isCoded = response.headers.has('content-encoding')
  const etag = isCoded ? undefined : headerOf(response, 'etag')?.replace(/^W\//, '')
  return [...listed, { exchange, task: one as TaskJson, etag }].filter(({ task }) => isTask(task))
}

/** Whether one had ended when the other began. */
export const isBefore = (one: Exchange, other: Exchange): boolean =>
  one.startedAt + one.ms < other.startedAt

export const grouped = <T>(all: readonly T[], key: (it: T) => string): T[][] => [
  ...all
    .reduce((groups, it) => {
      const group = groups.get(key(it))
      if (group) group.push(it)
      else groups.set(key(it), [it])
      return groups
    }, new Map<string, T[]>())
    .values(),
]
