import { mapPage } from '../../operators/lists.ts'
import { onRequest } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

export const orderMutants = mutants('medium', ['D'], {
  'sorts nothing': onRequest((request) => ({
    ...request,
    path: request.path
      .replace(/(sort_by=)[^&]*/, '$1created_at')
      .replace(/(sort_order=)[^&]*/, '$1desc'),
  })),
  'sorts priorities by the alphabet': overriding((mine) => ({
    list: async (query) => {
      const { sort, place, perPage } = query
      if (sort.by !== 'priority' || !('page' in place)) return mine.list(query)
      const all = await mine.list({ ...query, place: { page: 1 }, perPage: 1000 })
      const sign = sort.order === 'asc' ? 1 : -1
      const sorted = [...all.tasks].sort((a, b) => sign * a.priority.localeCompare(b.priority))
      const from = (place.page - 1) * perPage
      return { ...(await mine.list(query)), tasks: sorted.slice(from, from + perPage) }
    },
  })),
  'puts missing dates first': mapPage((tasks) => [
    ...tasks.filter(({ dueDate }) => dueDate === null),
    ...tasks.filter(({ dueDate }) => dueDate !== null),
  ]),
})
