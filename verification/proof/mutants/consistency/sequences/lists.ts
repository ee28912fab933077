import type { OwnedTasks } from '../../../../../application/ports/owned-tasks.ts'
import type { TaskPage } from '../../../../../domain/listing.ts'
import type { Task } from '../../../../../domain/task.ts'
import { overriding } from '../../../operators/store.ts'
import { mutants } from '../../mutant.ts'

const all = { place: { page: 1 }, perPage: 1000 }

type List = OwnedTasks['list']
type Query = Parameters<List>[0]
const totalOf = async (list: List, query: Query) => (await list({ ...query, ...all })).total ?? 0

/** As for single tasks: from this seed a walk meets it. */
const from = (seed: number) => ({ suite: { VERIFY_SEED: `${seed}` } })

/** What goes wrong with lists only after tasks have changed. */
export const sequenceListMutants = mutants('medium', ['D-50'], {
  'lets totals drift with changes': {
    does: 'keeps totals that follow creations and deletions and no changes',
    ...from(24),
    ...overriding((mine) => {
      const off = new Map<string, number>()
      const queries = new Map<string, Query>()
      return {
        update: async (...given) => {
          const before = new Map<string, number>()
          for (const [key, query] of queries) before.set(key, await totalOf(mine.list, query))
          const after = await mine.update(...given)
          for (const [key, query] of queries) {
            const moved = (before.get(key) ?? 0) - (await totalOf(mine.list, query))
            off.set(key, (off.get(key) ?? 0) + moved)
          }
          return after
        },
        list: async (query) => {
          const key = JSON.stringify(query.filter)
          queries.set(key, query)
          const page = await mine.list(query)
          return page.total === undefined
            ? page
            : { ...page, total: page.total + (off.get(key) ?? 0) }
        },
      }
    }),
  },
  'remembers a page until something is deleted': {
    ...from(1),
    ...overriding((mine) => {
      const pages = new Map<string, TaskPage>()
      return {
        remove: (...given) => {
          pages.clear()
          return mine.remove(...given)
        },
        list: async (query) => {
          const key = JSON.stringify(query)
          const page = pages.get(key) ?? (await mine.list(query))
          pages.set(key, page)
          return page
        },
      }
    }),
  },
  'leaves out by cursor what was changed since the first page': {
    ...from(26),
    ...overriding((mine) => {
      const known = new Map<string, readonly Task[]>()
      return {
        list: async (query) => {
          const page = await mine.list(query)
          const key = JSON.stringify([query.filter, query.sort])
          if ('page' in query.place) {
            known.set(key, (await mine.list({ ...query, ...all })).tasks)
            return page
          }
          const isSame = (task: Task) =>
            known.get(key)?.find(({ id }) => id === task.id)?.version === task.version
          return { ...page, tasks: page.tasks.filter(isSame) }
        },
      }
    }),
  },
  'sorts by the titles that tasks were created with': {
    ...from(2),
    ...overriding((mine) => {
      const titles = new Map<string, string>()
      return {
        create: async (draft, idempotency) => {
          const outcome = await mine.create(draft, idempotency)
          titles.set(outcome.task.id, outcome.task.title)
          return outcome
        },
        list: async (query) => {
          const page = await mine.list(query)
          if (query.sort.by !== 'title' || !('page' in query.place)) return page
          const { tasks } = await mine.list({ ...query, ...all })
          const sign = query.sort.order === 'asc' ? 1 : -1
          const titleOf = ({ id, title }: Task) => Buffer.from(titles.get(id) ?? title)
          const sorted = tasks.toSorted((a, b) => sign * Buffer.compare(titleOf(a), titleOf(b)))
          const from = (query.place.page - 1) * query.perPage
          return { ...page, tasks: sorted.slice(from, from + query.perPage) }
        },
      }
    }),
  },
  'counts deleted tasks where it searches': {
    ...from(6),
    ...overriding((mine) => {
      const gone: Task[] = []
      return {
        remove: async (id, condition) => {
          const task = await mine.get(id)
          const isRemoved = await mine.remove(id, condition)
          if (task && isRemoved) gone.push(task)
          return isRemoved
        },
        list: async (query) => {
          const { search } = query.filter
          const page = await mine.list(query)
          const more = gone.filter(({ title }) => search && title.includes(search)).length
          return page.total === undefined ? page : { ...page, total: page.total + more }
        },
      }
    }),
  },
  'holds to the size of the first page by cursor': {
    ...from(30),
    ...overriding((mine) => {
      let size = 20
      return {
        list: (query) => {
          if ('page' in query.place) size = query.perPage
          return mine.list({ ...query, perPage: size })
        },
      }
    }),
  },
  'finds tasks by the titles that they had before': {
    ...from(58),
    ...overriding((mine) => {
      const old = new Map<string, string>()
      return {
        update: async (id, change, condition) => {
          const before = await mine.get(id)
          const after = await mine.update(id, change, condition)
          if (before && after && before.title !== after.title)
            old.set(id, `${old.get(id) ?? ''}\n${before.title}`.toLowerCase())
          return after
        },
        list: async (query) => {
          const { search, ...filter } = query.filter
          const page = await mine.list(query)
          if (search === undefined || page.total === undefined) return page
          const { tasks } = await mine.list({ ...query, ...all, filter })
          const found = tasks.filter(({ id }) => old.get(id)?.includes(search.toLowerCase()))
          const more = found.filter(
            ({ title }) => !title.toLowerCase().includes(search.toLowerCase()),
          )
          return { ...page, total: page.total + more.length }
        },
      }
    }),
  },
})
