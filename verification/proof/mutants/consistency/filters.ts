import type { Task } from '../../../../domain/task.ts'
import { mapPage } from '../../operators/lists.ts'
import { correctingQuery } from '../../operators/request.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

const textOf = ({ title, description }: Task) => `${title}\n${description}`

export const filterMutants = mutants('medium', ['D'], {
  'treats search wildcards as such': {
    does: 'treats % and _ in a search as wildcards',
    ...overriding((mine) => ({
      list: async (query) => {
        const { search, ...filter } = query.filter
        if (!search || !/[%_]/.test(search)) return mine.list(query)
        const pattern = new RegExp(search.replaceAll('%', '.*').replaceAll('_', '.'), 'i')
        const page = await mine.list({ ...query, filter, perPage: 1000 })
        const tasks = page.tasks.filter((task) => pattern.test(textOf(task)))
        return { tasks, total: tasks.length }
      },
    })),
  },
  'searches with regard to case': mapPage(
    (tasks, { filter: { search = '' } }) => tasks.filter((task) => textOf(task).includes(search)),
    (_, left) => left.length,
  ),
  'takes any of several tags': overriding((mine) => ({
    list: ({ filter: { tags, ...filter }, ...query }) =>
      mine.list({ ...query, filter: { ...filter, ...(tags && { tags: tags.slice(0, 1) }) } }),
  })),
  'finds nothing by a tag that is named twice': correctingQuery((query) => {
    const tags = query.getAll('tag').map((tag) => tag.trim().toLowerCase())
    if (new Set(tags).size < tags.length) query.append('tag', 'vrf none')
  }),
  'finds nothing between a day and itself': correctingQuery((query) => {
    const day = query.get('due_after')
    if (day && day === query.get('due_before')) query.set('due_before', '0001-01-01')
  }),
  'leaves the last day out of due_before': mapPage(
    (tasks, { filter: { dueBefore } }) =>
      tasks.filter(({ dueDate }) => dueBefore === undefined || dueDate !== dueBefore),
    (page, left) => page.total - (page.tasks.length - left.length),
  ),
})
