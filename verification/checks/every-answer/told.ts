import type { TaskJson } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { taskIn, tasksIn } from '../tasks.ts'

/** A state of a task, as one answer tells it. */
export interface Told {
  exchange: Exchange
  task: TaskJson
  /** of an answer that is this task alone; what a proxy makes weak is the same tag */
  etag: string | undefined
}

/** What was answered once and is said again is no news (contract §3). */
const isReplay = ({ response }: Exchange): boolean =>
  headerOf(response, 'idempotency-replayed') === 'true'

const isTask = (task: unknown): task is TaskJson => {
  const { id, updated_at } = Object(task) as Partial<TaskJson>
  return typeof id === 'string' && typeof updated_at === 'string'
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
