import { taskPage } from '../../../adapters/memory/task-page.ts'
import type { OwnedTasks } from '../../../application/ports/owned-tasks.ts'
import { jsonOf, type ProxyRequest, withBody } from '../../../bootstrap/system/http-messages.ts'
import type { Task, TaskChange, TaskDraft } from '../../../domain/task.ts'
import { everything } from './lists.ts'
import type { Json, Proxied } from './proxy.ts'
import { overriding } from './store.ts'

/** What is kept of a change otherwise than it was answered; `nth` counts the changes of this task from 1. */
type Spoil = (
  change: TaskChange,
  answered: Task,
  nth: number,
  before: Task,
) => Partial<TaskDraft> | undefined

/** A store that answers a change as it should and keeps something else, until that member is written again. */
export const keeping = (spoil: Spoil) =>
  overriding((mine) => {
    const kept = new Map<string, Partial<TaskDraft>>()
    const changes = new Map<string, number>()
    const told = (task: Task): Task => ({ ...task, ...kept.get(task.id) })
    const answered = (before: Task, after: Task, change: TaskChange): Task => {
      const nth = (changes.get(after.id) ?? 0) + 1
      changes.set(after.id, nth)
      const others = Object.entries(kept.get(after.id) ?? {}).filter(([name]) => !(name in change))
      const answer = { ...after, ...Object.fromEntries(others) }
      kept.set(after.id, { ...Object.fromEntries(others), ...spoil(change, answer, nth, before) })
      return answer
    }
    return {
      get: async (id) => {
        const task = await mine.get(id)
        return task && told(task)
      },
      list: async (query) => taskPage((await everything(mine)).map(told), query),
      update: async (id, change, condition) => {
        const before = await mine.get(id)
        const after = await mine.update(id, change, condition)
        if (!before || !after || after.version === before.version) return after && told(after)
        return answered(told(before), after, change)
      },
      complete: async (id, how) => {
        const before = await mine.get(id)
        const outcome = await mine.complete(id, how)
        if (!before || !outcome || outcome.replayed) return outcome
        const { task } = outcome
        return task.version === before.version
          ? { ...outcome, task: told(task) }
          : { ...outcome, task: answered(told(before), task, { completed: task.completed }) }
      },
    }
  })

/** A service that answers some changes as it should, and shows the task as it was before until it is changed again. */
export const forgetting = (when: (request: ProxyRequest) => boolean): Proxied => ({
  proxy: () => {
    const lost = new Map<string, Json>()
    return async (request, pass) => {
      const path = request.path.replace(/(\/complete)?\/?(\?.*)?$/, '')
      const isRead = request.method === 'GET'
      const before =
        !isRead && when(request)
          ? await pass({ ...request, method: 'GET', path, body: Buffer.alloc(0) })
          : undefined
      const response = await pass(request)
      if (response.status >= 300) return response
      if (!isRead) {
        const { id } = jsonOf(response)
        lost.delete(`${id}`)
        if (before?.status === 200) lost.set(`${id}`, jsonOf(before))
        return response
      }
      const json = jsonOf(response)
      const told = (task: Json) => lost.get(`${task.id}`) ?? task
      if (Array.isArray(json.tasks))
        return withBody(response, { ...json, tasks: json.tasks.map(told) })
      return typeof json.id === 'string' ? withBody(response, told(json)) : response
    }
  },
})

/** A write, as whoever keeps lists has to notice it. */
export type Write =
  | { kind: 'create' | 'remove' | 'complete' }
  | { kind: 'update'; change: TaskChange }

/** A store that keeps pages by a key, until it notices that something was written. */
export const keepingPages = (
  notices: (write: Write) => boolean,
  keyOf: (query: Parameters<OwnedTasks['list']>[0]) => unknown = (query) => query,
) =>
  overriding((mine) => {
    const pages = new Map<string, ReturnType<OwnedTasks['list']>>()
    const after = async <T>(write: Write, done: Promise<T>): Promise<T> => {
      const result = await done
      if (notices(write)) pages.clear()
      return result
    }
    return {
      create: (...given) => after({ kind: 'create' }, mine.create(...given)),
      remove: (...given) => after({ kind: 'remove' }, mine.remove(...given)),
      complete: (...given) => after({ kind: 'complete' }, mine.complete(...given)),
      update: (id, change, condition) =>
        after({ kind: 'update', change }, mine.update(id, change, condition)),
      list: (query) => {
        const key = JSON.stringify(keyOf(query))
        const page = pages.get(key) ?? mine.list(query)
        pages.set(key, page)
        return page
      },
    }
  })

/** A store whose lists go by what they know of tasks, which may be what was so once. */
export const listingBy = (known: (task: Task, first: Task) => Task) =>
  overriding((mine) => {
    const firsts = new Map<string, Task>()
    return {
      create: async (draft, idempotency) => {
        const outcome = await mine.create(draft, idempotency)
        if (!firsts.has(outcome.task.id)) firsts.set(outcome.task.id, outcome.task)
        return outcome
      },
      list: async (query) => {
        const all = await everything(mine)
        const page = taskPage(
          all.map((task) => known(task, firsts.get(task.id) ?? task)),
          query,
        )
        const now = (task: Task) => all.find(({ id }) => id === task.id) ?? task
        return { ...page, tasks: page.tasks.map(now) }
      },
    }
  })
