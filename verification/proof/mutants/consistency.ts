import type { OwnedTasks, TaskStore } from '../../../application/ports/owned-tasks.ts'
import { type Task, validDraft } from '../../../domain/task.ts'
import { changing, field, jsonOf, rewriting, withBody, withField } from '../proxy.ts'
import { perOwner, plants } from './mutant.ts'

const D = ['D']

const storing =
  (fault: (mine: OwnedTasks) => Partial<OwnedTasks>) =>
  (real: TaskStore): TaskStore => ({
    tasksOf: perOwner((owner) => {
      const mine = real.tasksOf(owner)
      return { ...mine, ...fault(mine) }
    }),
  })

const later = () => new Promise((resolve) => setTimeout(resolve, 15))
const reordered = (change: (tasks: readonly Task[]) => Task[]) =>
  storing((mine) => ({
    list: async (query) => {
      const page = await mine.list(query)
      return { ...page, tasks: change(page.tasks) }
    },
  }))
const shown = (
  change: (
    json: Record<string, unknown>,
    request: { method: string; path: string },
  ) => Record<string, unknown>,
) =>
  changing((answer, request) => {
    const json = jsonOf(answer)
    return answer.status < 300 && typeof json.user_id === 'string'
      ? withBody(answer, change(json, request))
      : answer
  })
const parameter = (path: string, name: string, value: string) =>
  path.replace(new RegExp(`(${name}=)[^&]*`), `$1${value}`)

export const consistencyFaults = plants('FD', [
  [
    'critical',
    'says 201 and keeps nothing',
    [...D, 'I', 'V', 'A', 'C'],
    {
      tasks: storing((mine) => ({
        create: async (draft, idempotency) => {
          const outcome = await mine.create(draft, idempotency)
          await mine.remove(outcome.task.id)
          return outcome
        },
      })),
    },
  ],
  [
    'critical',
    'keeps every connection its own data',
    D,
    {
      front: () => {
        const homes = new Map<string, Set<string>>()
        let turn = 0
        return async (request, pass) => {
          turn = (turn + 1) % 2
          const mine = turn
          const answer = await pass(request)
          const id = /tasks\/([^/?]+)/.exec(request.path)?.[1]
          const home = homes.get(String(mine)) ?? new Set()
          homes.set(String(mine), home)
          if (answer.status === 201) home.add(String(jsonOf(answer).id))
          return request.method === 'GET' &&
            id &&
            answer.status === 200 &&
            !home.has(id) &&
            homes.get(String(1 - mine))?.has(id)
            ? withBody(
                {
                  ...answer,
                  status: 404,
                  headers: withField(
                    withField(answer.headers, 'ETag'),
                    'Content-Type',
                    'application/problem+json',
                  ),
                },
                {
                  type: 'about:blank',
                  title: 'Not Found',
                  status: 404,
                  detail: 'No such task.',
                  code: 'task_not_found',
                  request_id: field(answer.headers, 'x-request-id'),
                },
              )
            : answer
        }
      },
    },
  ],
  [
    'high',
    'shows a change only later',
    D,
    {
      tasks: (real) => ({
        tasksOf: perOwner((owner) => {
          const mine = real.tasksOf(owner)
          const old = new Map<string, { task: Task; until: number }>()
          return {
            ...mine,
            update: async (id, change, condition) => {
              const before = await mine.get(id)
              const after = await mine.update(id, change, condition)
              if (before && after) old.set(id, { task: before, until: Date.now() + 300 })
              return after
            },
            get: async (id) => {
              const kept = old.get(id)
              return kept && kept.until > Date.now() ? kept.task : mine.get(id)
            },
          }
        }),
      }),
    },
  ],
  [
    'high',
    'blanks the members that a PATCH leaves out',
    D,
    {
      tasks: storing((mine) => ({
        update: async (id, change, condition) => {
          const task = await mine.get(id)
          return (
            task && mine.update(id, { ...validDraft({ title: task.title }), ...change }, condition)
          )
        },
      })),
    },
  ],
  [
    'high',
    'writes back what it had read',
    D,
    {
      tasks: storing((mine) => ({
        update: async (id, change, condition) => {
          const task = await mine.get(id)
          await later()
          const { title, description, completed, priority, dueDate, tags } =
            task ?? validDraft({ title: 'x' })
          return mine.update(
            id,
            { title, description, completed, priority, dueDate, tags, ...change },
            condition,
          )
        },
      })),
    },
  ],
  [
    'high',
    'ignores If-Match',
    D,
    {
      tasks: storing((mine) => ({
        update: (id, change) => mine.update(id, change),
        remove: (id) => mine.remove(id),
        complete: (id, { condition: _, ...how }) => mine.complete(id, how),
      })),
    },
  ],
  [
    'high',
    'checks If-Match and writes later',
    D,
    {
      tasks: storing((mine) => ({
        update: async (id, change, condition) => {
          const task = await mine.get(id)
          const fits = task && (!condition || condition.includes(task.version))
          await later()
          return fits ? mine.update(id, change) : mine.update(id, change, condition)
        },
      })),
    },
  ],
  [
    'medium',
    'takes weak tags in If-Match',
    D,
    {
      front: rewriting((request) => {
        const tag = field(request.headers, 'if-match')
        return tag
          ? {
              ...request,
              headers: withField(request.headers, 'If-Match', tag.replaceAll('W/', '')),
            }
          : request
      }),
    },
  ],
  [
    'high',
    'never changes the ETag',
    D,
    {
      front: changing((answer) =>
        field(answer.headers, 'etag')
          ? { ...answer, headers: withField(answer.headers, 'ETag', '"1"') }
          : answer,
      ),
    },
  ],
  [
    'medium',
    'changes the ETag of what did not change',
    D,
    {
      front: () => {
        let n = 0
        return async (request, pass) => {
          const answer = await pass(request)
          n += 1
          return field(answer.headers, 'etag') && request.method === 'GET'
            ? { ...answer, headers: withField(answer.headers, 'ETag', `"${n}x"`) }
            : answer
        }
      },
    },
  ],
  [
    'low',
    'sends weak ETags',
    D,
    {
      front: changing((answer) => {
        const tag = field(answer.headers, 'etag')
        return tag ? { ...answer, headers: withField(answer.headers, 'ETag', `W/${tag}`) } : answer
      }),
    },
  ],
  [
    'medium',
    'never answers 304',
    D,
    {
      front: rewriting((request) => ({
        ...request,
        headers: withField(request.headers, 'If-None-Match'),
      })),
    },
  ],
  [
    'high',
    'lets equal keys create as often as they come',
    D,
    { tasks: storing((mine) => ({ create: (draft) => mine.create(draft) })) },
  ],
  [
    'high',
    'checks a key and records it later',
    D,
    {
      tasks: (real) => ({
        tasksOf: perOwner((owner) => {
          const mine = real.tasksOf(owner)
          const done = new Map<string, Awaited<ReturnType<OwnedTasks['create']>>>()
          return {
            ...mine,
            create: async (draft, idempotency) => {
              const kept = idempotency && done.get(idempotency.key)
              if (kept) return { ...kept, replayed: true }
              await later()
              const made = await mine.create(draft)
              if (idempotency) done.set(idempotency.key, made)
              return made
            },
          }
        }),
      }),
    },
  ],
  [
    'medium',
    'answers a reused key with the first answer',
    D,
    {
      tasks: storing((mine) => ({
        create: (draft, idempotency) =>
          mine.create(draft, idempotency && { ...idempotency, fingerprint: 'same' }),
      })),
    },
  ],
  [
    'low',
    'does not say that an answer is a replay',
    D,
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'Idempotency-Replayed'),
      })),
    },
  ],
  [
    'medium',
    'forgets the key of a completion',
    D,
    {
      tasks: storing((mine) => ({
        complete: (id, { idempotency: _, ...how }) => mine.complete(id, how),
      })),
    },
  ],
  [
    'medium',
    'answers a replay with the task of today',
    D,
    {
      tasks: storing((mine) => ({
        create: async (draft, idempotency) => {
          const outcome = await mine.create(draft, idempotency)
          return outcome.replayed
            ? { ...outcome, task: (await mine.get(outcome.task.id)) ?? outcome.task }
            : outcome
        },
      })),
    },
  ],
  [
    'high',
    'toggles when told to set',
    D,
    {
      tasks: storing((mine) => ({
        complete: (id, { completed: _, ...how }) => mine.complete(id, how),
      })),
    },
  ],
  [
    'high',
    'moves created_at with each change',
    D,
    { front: shown((json) => ({ ...json, created_at: json.updated_at })) },
  ],
  [
    'medium',
    'leaves updated_at alone',
    D,
    { front: shown((json) => ({ ...json, updated_at: json.created_at })) },
  ],
  [
    'medium',
    'moves updated_at without a change',
    D,
    {
      front: shown((json, { method }) =>
        /^P(ATCH|UT)$/.test(method) ? { ...json, updated_at: new Date().toISOString() } : json,
      ),
    },
  ],
  [
    'low',
    'tells times without a zone',
    [...D, 'G'],
    { front: shown((json) => ({ ...json, created_at: String(json.created_at).replace('Z', '') })) },
  ],
  [
    'medium',
    'repeats a task on the next page',
    D,
    {
      front: () => {
        let last: unknown
        return async (request, pass) => {
          const answer = await pass(request)
          const json = jsonOf(answer)
          if (!Array.isArray(json.tasks)) return answer
          const tasks = json.tasks as unknown[]
          const repeated =
            /cursor=|page=[2-9]/.test(request.path) && last ? [last, ...tasks.slice(0, -1)] : tasks
          last = tasks.at(-1)
          return withBody(answer, { ...json, tasks: repeated })
        }
      },
    },
  ],
  [
    'medium',
    'skips a task when another is added',
    D,
    {
      front: rewriting((request) => request),
      tasks: storing((mine) => ({
        list: async (query) => {
          if (!('after' in query.place)) return mine.list(query)
          const all = await mine.list({ ...query, place: { page: 1 }, perPage: 1000 })
          const { id } = query.place.after
          const at = all.tasks.findIndex((task) => task.id === id)
          const rest = all.tasks.slice(at + 2)
          return { tasks: rest.slice(0, query.perPage) }
        },
      })),
    },
  ],
  [
    'medium',
    'sorts nothing',
    D,
    {
      front: rewriting((request) => ({
        ...request,
        path: parameter(parameter(request.path, 'sort_by', 'created_at'), 'sort_order', 'desc'),
      })),
    },
  ],
  [
    'medium',
    'sorts priorities by the alphabet',
    D,
    {
      tasks: storing((mine) => ({
        list: async (query) => {
          if (query.sort.by !== 'priority' || !('page' in query.place)) return mine.list(query)
          const all = await mine.list({ ...query, place: { page: 1 }, perPage: 1000 })
          const sign = query.sort.order === 'asc' ? 1 : -1
          const sorted = [...all.tasks].sort((a, b) => sign * a.priority.localeCompare(b.priority))
          const from = (query.place.page - 1) * query.perPage
          const page = await mine.list(query)
          return { ...page, tasks: sorted.slice(from, from + query.perPage) }
        },
      })),
    },
  ],
  [
    'medium',
    'puts missing dates first',
    D,
    {
      tasks: reordered((tasks) => [
        ...tasks.filter((it) => it.dueDate === null),
        ...tasks.filter((it) => it.dueDate !== null),
      ]),
    },
  ],
  [
    'medium',
    'treats % and _ in a search as wildcards',
    D,
    {
      tasks: storing((mine) => ({
        list: async (query) => {
          const { search, ...filter } = query.filter
          if (!search || !/[%_]/.test(search)) return mine.list(query)
          const pattern = new RegExp(search.replaceAll('%', '.*').replaceAll('_', '.'), 'i')
          const page = await mine.list({ ...query, filter, perPage: 1000 })
          const tasks = page.tasks.filter((it) => pattern.test(`${it.title}\n${it.description}`))
          return { tasks, total: tasks.length }
        },
      })),
    },
  ],
  [
    'medium',
    'searches with regard to case',
    D,
    {
      tasks: storing((mine) => ({
        list: async (query) => {
          const page = await mine.list(query)
          const { search } = query.filter
          const tasks = page.tasks.filter(
            (it) => search === undefined || `${it.title}\n${it.description}`.includes(search),
          )
          return { ...page, tasks, ...(page.total !== undefined && { total: tasks.length }) }
        },
      })),
    },
  ],
  [
    'medium',
    'takes any of several tags',
    D,
    {
      tasks: storing((mine) => ({
        list: ({ filter: { tags, ...filter }, ...query }) =>
          mine.list({ ...query, filter: { ...filter, ...(tags && { tags: tags.slice(0, 1) }) } }),
      })),
    },
  ],
  [
    'medium',
    'leaves the last day out of due_before',
    D,
    {
      tasks: storing((mine) => ({
        list: async (query) => {
          const page = await mine.list(query)
          const { dueBefore } = query.filter
          const tasks = page.tasks.filter(
            (it) => dueBefore === undefined || it.dueDate !== dueBefore,
          )
          return {
            ...page,
            tasks,
            ...(page.total !== undefined && {
              total: page.total - (page.tasks.length - tasks.length),
            }),
          }
        },
      })),
    },
  ],
  [
    'medium',
    'counts the page for the total',
    D,
    {
      front: changing((answer) => {
        const json = jsonOf(answer)
        return Array.isArray(json.tasks) && json.total !== undefined
          ? withBody(answer, { ...json, total: json.tasks.length })
          : answer
      }),
    },
  ],
  [
    'medium',
    'never tells of a next page',
    D,
    { front: changing((answer) => ({ ...answer, headers: withField(answer.headers, 'Link') })) },
  ],
  [
    'medium',
    'builds links from the Host header',
    [...D, 'R'],
    {
      front: changing((answer, { headers }) => {
        const link = field(answer.headers, 'link')
        return link
          ? {
              ...answer,
              headers: withField(
                answer.headers,
                'Link',
                link.replace(
                  '</',
                  `<http://${field(headers, 'x-forwarded-host') ?? field(headers, 'host')}/`,
                ),
              ),
            }
          : answer
      }),
    },
  ],
  [
    'low',
    'answers a second DELETE with 204',
    [...D, 'I'],
    {
      front: () => {
        const gone = new Set<string>()
        return async (request, pass) => {
          const answer = await pass(request)
          if (request.method !== 'DELETE') return answer
          if (answer.status === 204) gone.add(request.path)
          return answer.status === 404 && gone.has(request.path)
            ? {
                ...answer,
                status: 204,
                body: Buffer.alloc(0),
                headers: withField(withField(answer.headers, 'Content-Type'), 'Content-Length'),
              }
            : answer
        }
      },
    },
  ],
  [
    'medium',
    'sends no Location',
    [...D, 'G-02'],
    {
      front: changing((answer) => ({ ...answer, headers: withField(answer.headers, 'Location') })),
    },
  ],
  [
    'medium',
    'forgets to normalise tags',
    [...D, 'V'],
    {
      front: () => async (request, pass) => {
        const answer = await pass(request)
        const sent = jsonOf(request).tags
        return answer.status === 201 && Array.isArray(sent)
          ? withBody(answer, { ...jsonOf(answer), tags: sent.map(String) })
          : answer
      },
    },
  ],
  [
    'high',
    'takes three seconds for a list',
    ['P', 'H', 'S'],
    {
      tasks: storing((mine) => ({
        list: async (query) => {
          await new Promise((resolve) => setTimeout(resolve, 5_200))
          return mine.list(query)
        },
      })),
    },
  ],
])
