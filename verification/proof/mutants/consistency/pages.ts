import { field, jsonOf, type ProxyResponse } from '../../../../bootstrap/system/http-messages.ts'
import { mapHeader, mapJson, removeHeader } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

const isList = (response: ProxyResponse) => Array.isArray(jsonOf(response).tasks)

export const pageMutants = mutants('medium', ['D'], {
  'repeats a task on the next page': {
    proxy: () => {
      let last: unknown
      return mapJson((json, { path }) => {
        const tasks = json.tasks as unknown[]
        const repeated =
          /cursor=|page=[2-9]/.test(path) && last ? [last, ...tasks.slice(0, -1)] : tasks
        last = tasks.at(-1)
        return { ...json, tasks: repeated }
      }, isList).proxy()
    },
  },
  'skips a task when another is added': overriding((mine) => ({
    list: async (query) => {
      const { place, perPage } = query
      if (!('after' in place)) return mine.list(query)
      const { tasks } = await mine.list({ ...query, place: { page: 1 }, perPage: 1000 })
      const skipped = tasks.findIndex(({ id }) => id === place.after.id) + 2
      return { tasks: tasks.slice(skipped, skipped + perPage) }
    },
  })),
  'ends a list at a task that is gone': overriding((mine) => ({
    list: async (query) => {
      const { place } = query
      const isLost = 'after' in place && (await mine.get(place.after.id)) === undefined
      return isLost ? { tasks: [] } : mine.list(query)
    },
  })),
  'counts the page for the total': mapJson(
    (json) => ({ ...json, total: (json.tasks as unknown[]).length }),
    (response) => isList(response) && jsonOf(response).total !== undefined,
  ),
  'never tells of a next page': removeHeader('Link'),
  'builds links from the Host header': {
    caughtBy: ['D', 'R'],
    ...mapHeader('Link', (link, { headers }) => {
      const host = field(headers, 'x-forwarded-host') ?? field(headers, 'host')
      return link.replace('</', `<http://${host}/`)
    }),
  },
})
