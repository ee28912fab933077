import {
  field,
  jsonOf,
  type ProxyResponse,
  withBody,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { mapTask, onResponse } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { calls } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** What the answers of a run say of one task, held against each other. */
export const stateMutants = [
  ...mutants('high', ['G-24'], {
    'cuts long descriptions off in lists': onResponse((response, request) => {
      if (!calls('listTasks')(request) || response.status !== 200) return response
      const json = jsonOf(response)
      const tasks = (json.tasks as { description: string | null }[]).map((task) => ({
        ...task,
        description: task.description && [...task.description].slice(0, 1_000).join(''),
      }))
      return withBody(response, { ...json, tasks })
    }),
    'gives a task another ETag where it was refused': {
      proxy: () => {
        const refused = new Set<string>()
        const pathOf = (path: string) => path.replace(/\/?(complete\/?)?(\?.*)?$/, '')
        return async (request, pass) => {
          const response = await pass(request)
          const path = pathOf(request.path)
          if (response.status === 422) refused.add(path)
          return response.status === 200 && request.method === 'GET' && refused.has(path)
            ? withHeader(response, 'ETag', '"refused"')
            : response
        }
      },
    },
  }),
  ...mutants('high', ['G-25'], {
    'reads a task as it was read first': {
      proxy: () => {
        const read = new Map<string, ProxyResponse>()
        return async (request, pass) => {
          if (!calls('getTask')(request)) return pass(request)
          const key = `${request.path} ${field(request.headers, 'authorization')}`
          const response = read.get(key) ?? (await pass(request))
          if (response.status === 200) read.set(key, response)
          return response
        }
      },
    },
  }),
  ...mutants('high', ['G-26'], {
    'stores days of the summer a day too early': mapTask((json) => {
      const { due_date } = json as { due_date: string | null }
      return due_date?.endsWith('-06-15')
        ? { ...json, due_date: due_date.replace('15', '14') }
        : json
    }),
    'changes the priority where it completes a task': overriding((mine) => ({
      complete: async (id, how) => {
        const outcome = await mine.complete(id, how)
        const task = outcome && (await mine.update(id, { priority: 'high' }))
        return outcome && task ? { ...outcome, task } : outcome
      },
    })),
  }),
]
