import { setTimeout as delay } from 'node:timers/promises'
import { jsonOf, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { type Task, type TaskDraft, validDraft } from '../../../../domain/task.ts'
import { problem } from '../../operators/problems.ts'
import { emptied, onResponse } from '../../operators/proxy.ts'
import { overriding, pause } from '../../operators/store.ts'
import { taskId } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Writes that are lost, late, too wide or without their precondition. */
export const writeMutants = mutants('high', ['D'], {
  'says 201 and keeps nothing': {
    severity: 'critical',
    caughtBy: ['D', 'I', 'V', 'A', 'C'],
    ...overriding((mine) => ({
      create: async (draft, idempotency) => {
        const outcome = await mine.create(draft, idempotency)
        await mine.remove(outcome.task.id)
        return outcome
      },
    })),
  },
  'keeps every connection its own data': {
    severity: 'critical',
    proxy: () => {
      const homes = [new Set<string>(), new Set<string>()] as const
      let turn: 0 | 1 = 0
      return async (request, pass) => {
        turn = turn === 0 ? 1 : 0
        const [home, other] = turn === 0 ? homes : [homes[1], homes[0]]
        const response = await pass(request)
        if (response.status === 201) home.add(String(jsonOf(response).id))
        const id = taskId(request.path) ?? ''
        const isElsewhere = !home.has(id) && other.has(id)
        return request.method === 'GET' && response.status === 200 && isElsewhere
          ? problem(withHeader(response, 'ETag'), {
              status: 404,
              title: 'Not Found',
              code: 'task_not_found',
            })
          : response
      }
    },
  },
  'takes completed: false for no change': overriding((mine) => ({
    update: (id, { completed, ...change }, condition) =>
      mine.update(id, { ...change, ...(completed && { completed }) }, condition),
  })),
  'writes back a whole task where it completes one': overriding((mine) => ({
    complete: async (id, how) => {
      const { title, description, priority, dueDate, tags } = (await mine.get(id)) ?? {}
      await pause()
      const outcome = await mine.complete(id, how)
      if (!outcome || title === undefined) return outcome
      const before = { title, description, priority, dueDate, tags } as TaskDraft
      return { ...outcome, task: (await mine.update(id, before)) ?? outcome.task }
    },
  })),
  'shows a change only later': overriding((mine) => {
    const old = new Map<string, { task: Task; until: number }>()
    return {
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
  'blanks the members that a PATCH leaves out': overriding((mine) => ({
    update: async (id, change, condition) => {
      const task = await mine.get(id)
      const blank = task && validDraft({ title: task.title })
      return blank && mine.update(id, { ...blank, ...change }, condition)
    },
  })),
  'writes back what it had read': overriding((mine) => ({
    update: async (id, change, condition) => {
      const task = await mine.get(id)
      await pause()
      const { title, description, completed, priority, dueDate, tags } =
        task ?? validDraft({ title: 'x' })
      const read = { title, description, completed, priority, dueDate, tags }
      return mine.update(id, { ...read, ...change }, condition)
    },
  })),
  'ignores If-Match': overriding((mine) => ({
    update: (id, change) => mine.update(id, change),
    remove: (id) => mine.remove(id),
    complete: (id, { condition: _, ...how }) => mine.complete(id, how),
  })),
  'checks If-Match and writes later': overriding((mine) => ({
    update: async (id, change, condition) => {
      const task = await mine.get(id)
      const fits = task && (!condition || condition.includes(task.version))
      await pause()
      return fits ? mine.update(id, change) : mine.update(id, change, condition)
    },
  })),
  'checks If-Match and deletes later': overriding((mine) => ({
    remove: async (id, condition) => {
      const task = await mine.get(id)
      const fits = task && condition?.includes(task.version)
      await pause()
      return fits ? mine.remove(id) : mine.remove(id, condition)
    },
  })),
  'deletes what it had seen': {
    caughtBy: ['I-28'],
    ...overriding((mine) => ({
      remove: async (id, condition) => {
        const task = await mine.get(id)
        await pause()
        return (await mine.remove(id, condition)) || task !== undefined
      },
    })),
  },
  'toggles what it had read': {
    caughtBy: ['D-07'],
    ...overriding((mine) => ({
      complete: async (id, { completed, ...how }) => {
        const task = completed === undefined ? await mine.get(id) : undefined
        await pause()
        const value = task ? !task.completed : completed
        return mine.complete(id, { ...how, ...(value !== undefined && { completed: value }) })
      },
    })),
  },
  'answers a second DELETE with 204': {
    severity: 'low',
    caughtBy: ['D', 'I'],
    proxy: () => {
      const deleted = new Set<string>()
      return onResponse(
        (response, { path }) => {
          if (response.status === 204) deleted.add(path)
          if (response.status !== 404 || !deleted.has(path)) return response
          return emptied(response, 204)
        },
        (_, { method }) => method === 'DELETE',
      ).proxy()
    },
  },
  'takes three seconds for a list': {
    caughtBy: ['P', 'H', 'S'],
    ...overriding((mine) => ({
      list: async (query) => {
        await delay(5_200)
        return mine.list(query)
      },
    })),
  },
})
