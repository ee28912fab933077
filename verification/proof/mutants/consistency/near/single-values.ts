import type { Task } from '../../../../../domain/task.ts'
import { changeProblem } from '../../../operators/problems.ts'
import { mapJson, mapRequestHeader, removeHeader } from '../../../operators/proxy.ts'
import { overriding } from '../../../operators/store.ts'
import { queryOf, taskId } from '../../../operators/where.ts'
import { mutants } from '../../mutant.ts'

const broken = { status: 500, code: 'internal_error', title: 'Internal Server Error' }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const KIB = 1024

/** What goes wrong with some values alone. */
export const singleValueMutants = [
  ...mutants('high', ['D', 'V', 'P-06'], {
    'drops what follows a comma in a key': mapRequestHeader('idempotency-key', (key) =>
      key.replace(/(?<=.),.*/, ''),
    ),
    'drops what follows a colon in a key': mapRequestHeader('idempotency-key', (key) =>
      key.replace(/(?<=.):.*/, ''),
    ),
    'drops what follows a semicolon in a key': mapRequestHeader('idempotency-key', (key) =>
      key.replace(/(?<=.);.*/, ''),
    ),
    'compares the first KiB of what comes under a key': overriding((mine) => ({
      create: (draft, idempotency) => {
        const text = JSON.stringify(draft).slice(0, KIB)
        return mine.create(draft, idempotency && { ...idempotency, fingerprint: text })
      },
    })),
    'fails where an id is no UUIDv7': changeProblem(broken, (response, { path }) => {
      const id = taskId(path) ?? ''
      return response.status === 404 && UUID.test(id) && id[14] !== '7'
    }),
    'fails where a page is beyond all that bigints count': changeProblem(
      broken,
      (_, { path }) => Number(queryOf(path).get('page')) > 2 ** 63,
    ),
    'links no page by number but the first': removeHeader(
      'Link',
      (_, { path }) => Number(queryOf(path).get('page')) > 1,
    ),
    'links no page by cursor': removeHeader('Link', (_, { path }) => queryOf(path).has('cursor')),
    'goes on by cursor among titles without regard to case': overriding((mine) => ({
      list: async (query) => {
        const page = await mine.list(query)
        const { place, sort } = query
        if (!('after' in place) || sort.by !== 'title') return page
        const from = `${place.after.key}`.toLowerCase()
        const isBehind = ({ title }: Task) =>
          sort.order === 'asc' ? title.toLowerCase() >= from : title.toLowerCase() <= from
        return { ...page, tasks: page.tasks.filter(isBehind) }
      },
    })),
    'tells no tags as null in lists': mapJson(
      (json) =>
        Array.isArray(json.tasks)
          ? {
              ...json,
              tasks: json.tasks.map((task) =>
                task.tags.length > 0 ? task : { ...task, tags: null },
              ),
            }
          : json,
      ({ status }) => status === 200,
    ),
    'toggles an open task where it is told completed: false': overriding((mine) => ({
      complete: async (id, { completed, ...how }) => {
        const isOpen = (await mine.get(id))?.completed === false
        return mine.complete(id, {
          ...how,
          ...(completed !== undefined && !(isOpen && !completed) && { completed }),
        })
      },
    })),
    'toggles a completed task where it is told completed: true': overriding((mine) => ({
      complete: async (id, { completed, ...how }) => {
        const isOpen = (await mine.get(id))?.completed === false
        return mine.complete(id, {
          ...how,
          ...(completed !== undefined && (isOpen || !completed) && { completed }),
        })
      },
    })),
    'toggles again where a toggle is replayed': overriding((mine) => ({
      complete: async (id, how) => {
        const outcome = await mine.complete(id, how)
        const { idempotency: _, condition: __, ...again } = how
        if (outcome?.replayed && how.completed === undefined) await mine.complete(id, again)
        return outcome
      },
    })),
    'takes the first tag of a task for any state': overriding((mine) => ({
      update: (id, change, condition) =>
        mine.update(id, change, condition?.includes(1) ? undefined : condition),
    })),
    'takes any earlier tag of a task where it is completed': overriding((mine) => ({
      complete: async (id, { condition, ...how }) => {
        const { version = 0 } = (await mine.get(id)) ?? {}
        const isOld = condition?.some((it) => it > 0 && it < version)
        return mine.complete(id, { ...how, ...(condition && !isOld && { condition }) })
      },
    })),
    'takes any earlier tag of a task where it is removed': overriding((mine) => ({
      remove: async (id, condition) => {
        const { version = 0 } = (await mine.get(id)) ?? {}
        const isOld = condition?.some((it) => it > 0 && it < version)
        return mine.remove(id, isOld ? undefined : condition)
      },
    })),
    'takes an empty description for none': overriding((mine) => ({
      update: async (id, { description, ...change }, condition) => {
        const before = await mine.get(id)
        const isSame = (description ?? '') === (before?.description ?? '')
        return mine.update(
          id,
          { ...change, ...(description !== undefined && !isSame && { description }) },
          condition,
        )
      },
    })),
    'writes three members of a change at most': overriding((mine) => ({
      update: (id, change, condition) =>
        mine.update(id, Object.fromEntries(Object.entries(change).slice(0, 3)), condition),
    })),
  }),
  ...mutants('critical', ['D', 'G', 'P'], {
    'loses the first of more than thirty tasks of somebody': overriding((mine) => {
      const living: string[] = []
      return {
        create: async (draft, idempotency) => {
          const outcome = await mine.create(draft, idempotency)
          if (!outcome.replayed) living.push(outcome.task.id)
          if (living.length > 30) await mine.remove(`${living.shift()}`)
          return outcome
        },
        remove: async (id, condition) => {
          const isRemoved = await mine.remove(id, condition)
          if (isRemoved && living.includes(id)) living.splice(living.indexOf(id), 1)
          return isRemoved
        },
      }
    }),
    'undoes half a second later what was changed': overriding((mine) => ({
      update: async (id, change, condition) => {
        const before = await mine.get(id)
        const after = await mine.update(id, change, condition)
        if (before && after && after.version > before.version) {
          const old = Object.keys(change).map((name) => [name, before[name as keyof typeof before]])
          const undo = () => mine.update(id, Object.fromEntries(old)).catch(() => undefined)
          setTimeout(() => void undo(), 500).unref()
        }
        return after
      },
    })),
    'removes a second later what was created as completed': overriding((mine) => ({
      create: async (draft, idempotency) => {
        const outcome = await mine.create(draft, idempotency)
        const { id, completed } = outcome.task
        if (completed) setTimeout(() => void mine.remove(id), 1_000).unref()
        return outcome
      },
    })),
    'removes a second later what was due': overriding((mine) => ({
      create: async (draft, idempotency) => {
        const outcome = await mine.create(draft, idempotency)
        const { id, dueDate } = outcome.task
        const isPast = dueDate !== null && dueDate < new Date().toISOString()
        if (isPast) setTimeout(() => void mine.remove(id), 1_000).unref()
        return outcome
      },
    })),
  }),
]
