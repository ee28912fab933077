import { field, jsonOf, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import type { Task, TaskChange } from '../../../../domain/task.ts'
import { mapRequestHeader, onResponse, removeHeader } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { isCompletion, onTask } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Answers a change of one member alone with the version that the task had. */
const keepingVersion = (member: keyof TaskChange) =>
  overriding((mine) => ({
    update: async (id, change, condition) => {
      const before = await mine.get(id)
      const after = await mine.update(id, change, condition)
      const alone = Object.keys(change).join() === member
      return after && before && alone ? { ...after, version: before.version } : after
    },
  }))

const stepping = (skips: (task: Task, key: string | null) => boolean, by: string) =>
  overriding((mine) => ({
    list: async (query) => {
      const page = await mine.list(query)
      const { place, sort } = query
      if (!('after' in place) || sort.by !== by) return page
      return { ...page, tasks: page.tasks.filter((task) => !skips(task, place.after.key)) }
    },
  }))

/** What ETags are bound to, and places in a list. */
export const bindingMutants = mutants(
  'medium',
  ['D-16', 'D-18', 'D-24', 'D-25', 'D-26', 'D-33', 'D-36'],
  {
    'keeps the ETag where tags change': { severity: 'high', ...keepingVersion('tags') },
    'keeps the ETag where due_date changes': { severity: 'high', ...keepingVersion('dueDate') },
    'keeps the ETag where a task is completed by PATCH': {
      severity: 'high',
      ...keepingVersion('completed'),
    },
    'gives complete the ETag of before': {
      severity: 'high',
      ...overriding((mine) => ({
        complete: async (id, how) => {
          const before = await mine.get(id)
          const outcome = await mine.complete(id, how)
          return before && outcome
            ? { ...outcome, task: { ...outcome.task, version: before.version } }
            : outcome
        },
      })),
    },
    'counts a completion that changes nothing': overriding((mine) => ({
      complete: async (id, how) => {
        const { completed } = (await mine.get(id)) ?? {}
        if (completed === undefined || how.completed !== completed) return mine.complete(id, how)
        await mine.complete(id, {})
        return mine.complete(id, how)
      },
    })),
    'counts an empty change': overriding((mine) => ({
      update: async (id, change, condition) => {
        const task = await mine.get(id)
        if (!task || Object.keys(change).length > 0) return mine.update(id, change, condition)
        await mine.update(id, { completed: !task.completed }, condition)
        return mine.update(id, { completed: task.completed })
      },
    })),
    'sends no ETag with HEAD': {
      severity: 'low',
      ...removeHeader('ETag', (_, { method }) => method === 'HEAD'),
    },
    'says 304 without an ETag': removeHeader('ETag', ({ status }) => status === 304),
    'knows no If-None-Match *': {
      severity: 'low',
      ...mapRequestHeader('if-none-match', (tags) => (tags === '*' ? '"*"' : tags)),
    },
    'compares If-None-Match strongly on HEAD': {
      severity: 'low',
      ...mapRequestHeader(
        'if-none-match',
        (tags) => tags.replaceAll(/W\/"[^"]*"/g, '"*"'),
        onTask(/^HEAD$/),
      ),
    },
    'links from a last page that is full': onResponse(
      (response, { path }) =>
        withHeader(response, 'Link', `<${path.replace(/[?&]page=\d+/, '')}&cursor=x>; rel="next"`),
      (response, { path }) => {
        const { tasks, per_page } = jsonOf(response) as { tasks?: unknown[]; per_page?: number }
        const isLast = field(response.headers, 'link') === undefined && tasks?.length === per_page
        return isLast && path.includes('?')
      },
    ),
    'skips what is equal to the last by priority': stepping(
      ({ priority }, key) => priority === key,
      'priority',
    ),
    'loses what has no date after a cursor': stepping(({ dueDate }) => dueDate === null, 'dueDate'),
    'sorts titles as a dictionary does': overriding((mine) => ({
      list: async (query) => {
        const { sort, place, perPage } = query
        if (sort.by !== 'title' || !('page' in place)) return mine.list(query)
        const all = await mine.list({ ...query, place: { page: 1 }, perPage: 1000 })
        const sign = sort.order === 'asc' ? 1 : -1
        const sorted = [...all.tasks].sort((a, b) => sign * a.title.localeCompare(b.title))
        const from = (place.page - 1) * perPage
        return { ...(await mine.list(query)), tasks: sorted.slice(from, from + perPage) }
      },
    })),
    'marks no completion as a replay': {
      severity: 'low',
      ...removeHeader('Idempotency-Replayed', (_, request) => isCompletion(request)),
    },
  },
)
