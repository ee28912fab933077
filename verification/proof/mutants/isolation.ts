import type { OwnedTasks, TaskStore } from '../../../application/ports/owned-tasks.ts'
import { Fault } from '../../../domain/fault.ts'
import type { TaskPage, TaskQuery } from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'
import type { Task } from '../../../domain/task.ts'
import {
  changing,
  field,
  jsonOf,
  type ProxyResponse,
  rewriting,
  withBody,
  withField,
} from '../proxy.ts'
import { impersonation } from '../tokens.ts'
import { perOwner, plants } from './mutant.ts'

const I = ['I']

/** A store that remembers who owns what, so that a fault can reach over the fence. */
const overTheFence =
  (
    fault: (
      mine: OwnedTasks,
      reach: { of(id: string): OwnedTasks | undefined; all(): OwnedTasks[]; owner: Owner },
    ) => Partial<OwnedTasks>,
  ) =>
  (real: TaskStore): TaskStore => {
    const owners = new Map<string, Owner>()
    const everybody = new Set<Owner>()
    return {
      tasksOf: perOwner((owner) => {
        everybody.add(owner)
        const mine = real.tasksOf(owner)
        const noting: OwnedTasks = {
          ...mine,
          create: async (draft, idempotency) => {
            const outcome = await mine.create(draft, idempotency)
            owners.set(outcome.task.id, owner)
            return outcome
          },
        }
        const reach = {
          of: (id: string) => {
            const other = owners.get(id)
            return other && real.tasksOf(other)
          },
          all: () => [...everybody].map((it) => real.tasksOf(it)),
          owner,
        }
        return { ...noting, ...fault(noting, reach) }
      }),
    }
  }

const merged = (pages: TaskPage[]): TaskPage => ({
  tasks: pages.flatMap((page) => page.tasks),
  total: pages.reduce((sum, page) => sum + (page.total ?? 0), 0),
})

const listingAllWhen = (when: (query: TaskQuery) => boolean) =>
  overTheFence((mine, { all }) => ({
    list: async (query) =>
      when(query) ? merged(await Promise.all(all().map((it) => it.list(query)))) : mine.list(query),
  }))

const foreignAs = (change: (answer: ProxyResponse) => ProxyResponse) => {
  const made = new Set<string>()
  return changing((answer, request) => {
    if (request.method === 'POST' && answer.status === 201) made.add(String(jsonOf(answer).id))
    const id = /tasks\/([^/?]+)/.exec(request.path)?.[1] ?? ''
    return answer.status === 404 && made.has(id) ? change(answer) : answer
  })
}

const named = (path: string, name: string) =>
  new URLSearchParams(path.split('?')[1] ?? '').get(name)

export const isolationFaults = plants('FI', [
  [
    'critical',
    'reads any task by id',
    I,
    { tasks: overTheFence((mine, { of }) => ({ get: (id) => (of(id) ?? mine).get(id) })) },
  ],
  [
    'critical',
    'changes any task by id',
    I,
    {
      tasks: overTheFence((mine, { of }) => ({
        update: (id, change, condition) => (of(id) ?? mine).update(id, change, condition),
      })),
    },
  ],
  [
    'critical',
    'completes any task by id',
    I,
    {
      tasks: overTheFence((mine, { of }) => ({
        complete: (id, how) => (of(id) ?? mine).complete(id, how),
      })),
    },
  ],
  [
    'critical',
    'deletes any task by id',
    I,
    {
      tasks: overTheFence((mine, { of }) => ({
        remove: (id, condition) => (of(id) ?? mine).remove(id, condition),
      })),
    },
  ],
  [
    'critical',
    'deletes a foreign task and says 404',
    I,
    {
      tasks: overTheFence((mine, { of, owner: _ }) => ({
        remove: async (id, condition) => {
          const gone = await mine.remove(id, condition)
          if (!gone) await of(id)?.remove(id)
          return gone
        },
      })),
    },
  ],
  [
    'critical',
    'changes a foreign task and says 404',
    I,
    {
      tasks: overTheFence((mine, { of }) => ({
        update: async (id, change, condition) => {
          const task = await mine.update(id, change, condition)
          if (!task) await of(id)?.update(id, change)
          return task
        },
      })),
    },
  ],
  [
    'critical',
    'completes a foreign task and says 404',
    I,
    {
      tasks: overTheFence((mine, { of }) => ({
        complete: async (id, how) => {
          const done = await mine.complete(id, how)
          if (!done) await of(id)?.complete(id, {})
          return done
        },
      })),
    },
  ],
  ['critical', 'lists everybody’s tasks', I, { tasks: listingAllWhen(() => true) }],
  [
    'critical',
    'searches in everybody’s tasks',
    I,
    { tasks: listingAllWhen(({ filter }) => filter.search !== undefined) },
  ],
  [
    'critical',
    'filters everybody’s tasks by tag',
    I,
    { tasks: listingAllWhen(({ filter }) => filter.tags !== undefined) },
  ],
  [
    'critical',
    'forgets the owner on pages after the first',
    I,
    { tasks: listingAllWhen(({ place }) => 'after' in place) },
  ],
  [
    'high',
    'counts everybody’s tasks',
    I,
    {
      tasks: overTheFence((mine, { all }) => ({
        list: async (query) => {
          const page = await mine.list(query)
          const pages = await Promise.all(all().map((it) => it.list(query)))
          return page.total === undefined ? page : { ...page, total: merged(pages).total ?? 0 }
        },
      })),
    },
  ],
  [
    'critical',
    'lets the query name the owner',
    I,
    {
      identity: impersonation.identity,
      front: rewriting((request) =>
        impersonation.as(
          request,
          named(request.path, 'user_id') ?? named(request.path, 'owner') ?? undefined,
        ),
      ),
    },
  ],
  [
    'high',
    'answers 403 for what belongs to another',
    I,
    { front: foreignAs((answer) => ({ ...answer, status: 403 })) },
  ],
  [
    'high',
    'words the 404 for a foreign task otherwise',
    I,
    {
      front: foreignAs((answer) =>
        withBody(answer, { ...jsonOf(answer), detail: 'This task is not yours.' }),
      ),
    },
  ],
  [
    'high',
    'sends the ETag with the 404 for a foreign task',
    I,
    {
      front: foreignAs((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'ETag', '"1"'),
      })),
    },
  ],
  [
    'high',
    'sends one header more with the 404 for a foreign task',
    I,
    {
      front: foreignAs((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'X-Cache-Status', 'found'),
      })),
    },
  ],
  [
    'high',
    'answers a foreign precondition with 412',
    I,
    {
      tasks: overTheFence((mine, { of }) => ({
        update: async (id, change, condition) => {
          if (condition && !(await mine.get(id)) && (await of(id)?.get(id)))
            throw new Fault('precondition_failed')
          return mine.update(id, change, condition)
        },
      })),
    },
  ],
  [
    'high',
    'answers a foreign deletion with 412 under If-Match',
    I,
    {
      tasks: overTheFence((mine, { of }) => ({
        remove: async (id, condition) => {
          if (condition && !(await mine.get(id)) && (await of(id)?.get(id)))
            throw new Fault('precondition_failed')
          return mine.remove(id, condition)
        },
      })),
    },
  ],
  [
    'high',
    'answers 304 before it looks for the owner',
    I,
    {
      front: () => {
        const tags = new Map<string, string>()
        return async (request, pass) => {
          const answer = await pass(request)
          const tag = field(answer.headers, 'etag')
          const id = String(jsonOf(answer).id ?? /tasks\/([^/?]+)/.exec(request.path)?.[1])
          if (tag) tags.set(id, tag)
          const known = tags.get(id)
          return answer.status === 404 && known && field(request.headers, 'if-none-match') === known
            ? {
                ...answer,
                status: 304,
                body: Buffer.alloc(0),
                headers: withField(
                  withField(withField(answer.headers, 'ETag', known), 'Content-Length'),
                  'Content-Type',
                ),
              }
            : answer
        }
      },
    },
  ],
  [
    'critical',
    'keeps the owner that a new task names',
    I,
    {
      front: () => async (request, pass) => {
        const answer = await pass(request)
        const told = request.method === 'POST' ? jsonOf(request).user_id : undefined
        return answer.status === 201 && typeof told === 'string'
          ? withBody(answer, { ...jsonOf(answer), user_id: told })
          : answer
      },
    },
  ],
  [
    'critical',
    'keeps the id that a new task names',
    I,
    {
      front: () => async (request, pass) => {
        const answer = await pass(request)
        const told = request.method === 'POST' ? jsonOf(request).id : undefined
        return answer.status === 201 && typeof told === 'string'
          ? withBody(answer, { ...jsonOf(answer), id: told })
          : answer
      },
    },
  ],
  [
    'high',
    'lets a change set created_at',
    [...I, 'V', 'D'],
    {
      front: () => async (request, pass) => {
        const answer = await pass(request)
        const told = /PATCH|PUT/.test(request.method) ? jsonOf(request).created_at : undefined
        return answer.status === 200 && typeof told === 'string'
          ? withBody(answer, { ...jsonOf(answer), created_at: told })
          : answer
      },
    },
  ],
  [
    'critical',
    'obeys X-HTTP-Method-Override',
    [...I, 'A', 'X'],
    {
      front: rewriting((request) => ({
        ...request,
        method: field(request.headers, 'x-http-method-override') ?? request.method,
      })),
    },
  ],
  [
    'critical',
    'caches answers by their address',
    [...I, 'A', 'D'],
    {
      front: () => {
        const kept = new Map<string, ProxyResponse>()
        return async (request, pass) => {
          if (request.method !== 'GET' || !/tasks\/.+/.test(request.path)) {
            kept.clear()
            return pass(request)
          }
          const answer = kept.get(request.path) ?? (await pass(request))
          if (answer.status === 200) kept.set(request.path, answer)
          return answer
        }
      },
    },
  ],
  [
    'critical',
    'keeps one current user for all requests',
    [...I, 'A'],
    {
      identity: (real) => {
        let current: Owner | undefined
        return {
          ownerOf: async (token) => {
            current = await real.ownerOf(token)
            await new Promise((resolve) => setImmediate(resolve))
            return current
          },
        }
      },
    },
  ],
  [
    'critical',
    'shares idempotency keys among all',
    [...I, 'D'],
    {
      tasks: (real) => {
        const first = new Map<string, Promise<unknown>>()
        return {
          tasksOf: perOwner((owner) => {
            const mine = real.tasksOf(owner)
            return {
              ...mine,
              create: (draft, idempotency) => {
                if (!idempotency) return mine.create(draft)
                const kept = first.get(idempotency.key) as
                  | ReturnType<OwnedTasks['create']>
                  | undefined
                if (kept) return kept.then((outcome) => ({ ...outcome, replayed: true }))
                const made = mine.create(draft, idempotency)
                first.set(idempotency.key, made)
                return made
              },
            }
          }),
        }
      },
    },
  ],
  [
    'high',
    'tells whether a key is in use by another',
    I,
    {
      tasks: (real) => {
        const used = new Map<string, Owner>()
        return {
          tasksOf: perOwner((owner) => {
            const mine = real.tasksOf(owner)
            return {
              ...mine,
              create: (draft, idempotency) => {
                const by = idempotency && used.get(idempotency.key)
                if (by && by !== owner) throw new Fault('idempotency_key_reused')
                if (idempotency) used.set(idempotency.key, owner)
                return mine.create(draft, idempotency)
              },
            }
          }),
        }
      },
    },
  ],
  [
    'high',
    'fails on malformed ids',
    [...I, 'G', 'V'],
    {
      front: () => async (request, pass) => {
        const answer = await pass(request)
        const id = /tasks\/([^/?]+)/.exec(request.path)?.[1]
        return answer.status === 404 && id && !/^[0-9a-f-]{36}$/.test(id)
          ? withBody(
              { ...answer, status: 500 },
              {
                ...jsonOf(answer),
                status: 500,
                title: 'Internal Server Error',
                code: 'internal_error',
              },
            )
          : answer
      },
    },
  ],
  [
    'medium',
    'tells more of a task than it should',
    [...I, 'G'],
    {
      front: changing((answer) => {
        const json = jsonOf(answer)
        return answer.status < 300 && typeof json.user_id === 'string' && !('tasks' in json)
          ? withBody(answer, { ...json, owner_email: 'someone@example.org' })
          : answer
      }),
    },
  ],
  [
    'critical',
    'accepts a cursor of another owner',
    I,
    {
      front: () => {
        const cursors = new Set<string>()
        return async (request, pass) => {
          const answer = await pass(request)
          const next = /cursor=([^&>]+)/.exec(field(answer.headers, 'link') ?? '')?.[1]
          if (next) cursors.add(next)
          const cursor = /cursor=([^&]+)/.exec(request.path)?.[1]
          return answer.status === 422 && cursor && cursors.has(cursor)
            ? withBody(
                {
                  ...answer,
                  status: 200,
                  headers: withField(answer.headers, 'Content-Type', 'application/json'),
                },
                { tasks: [], per_page: 20 },
              )
            : answer
        }
      },
    },
  ],
  [
    'critical',
    'asks for single tasks together and hands the answers out in the wrong order',
    ['A-85'],
    {
      tasks: (real) => {
        const rotated = rotation<Task | undefined>()
        const get = (mine: OwnedTasks) => (id: string) => rotated(() => mine.get(id))
        return { tasksOf: (owner) => ({ ...real.tasksOf(owner), get: get(real.tasksOf(owner)) }) }
      },
    },
  ],
  [
    'critical',
    'asks for lists together and hands the answers out in the wrong order',
    ['A-85'],
    {
      tasks: (real) => {
        const rotated = rotation<TaskPage>()
        const list = (mine: OwnedTasks) => (query: TaskQuery) => rotated(() => mine.list(query))
        return { tasksOf: (owner) => ({ ...real.tasksOf(owner), list: list(real.tasksOf(owner)) }) }
      },
    },
  ],
  [
    'high',
    'shows deleted tasks in lists',
    [...I, 'D'],
    {
      tasks: (real) => {
        return {
          tasksOf: perOwner((owner) => {
            const mine = real.tasksOf(owner)
            const gone = new Set<string>()
            return ghost(mine, gone)
          }),
        }
      },
    },
  ],
])

/** Questions that come within a moment get each the answer to the next one. */
const rotation = <T>() => {
  const MOMENT_MS = 5
  interface Asked {
    ask: () => Promise<T>
    resolve: (answer: T) => void
    reject: (error: unknown) => void
  }
  let asked: Asked[] = []
  const answer = async () => {
    const together = asked
    asked = []
    const answers = await Promise.allSettled(together.map(({ ask }) => ask()))
    together.forEach(({ resolve, reject }, at) => {
      const other = answers[(at + 1) % together.length]
      if (other?.status === 'fulfilled') resolve(other.value)
      else reject(other?.reason)
    })
  }
  return (ask: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (asked.push({ ask, resolve, reject }) === 1) setTimeout(answer, MOMENT_MS)
    })
}

/** Deleted tasks stay in the store, hidden everywhere but in lists. */
const ghost = (mine: OwnedTasks, gone: Set<string>): OwnedTasks => ({
  ...mine,
  get: async (id) => (gone.has(id) ? undefined : mine.get(id)),
  update: async (id, change, condition) =>
    gone.has(id) ? undefined : mine.update(id, change, condition),
  complete: async (id, how) => (gone.has(id) ? undefined : mine.complete(id, how)),
  remove: async (id) => {
    if (gone.has(id) || !(await mine.get(id))) return false
    gone.add(id)
    return true
  },
})
