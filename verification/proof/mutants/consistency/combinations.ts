import { listingAll } from '../../operators/lists.ts'
import { crossingOwners, overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

/** What holds of one filter, order or page and was forgotten where two of them meet. */
const aboutLists = [
  ...mutants('high', ['D-11', 'D-16', 'D-18', 'D-19', 'D-30'], {
    'forgets completed where dates are asked for': overriding((mine) => ({
      list: ({ filter: { completed, ...filter }, ...query }) =>
        mine.list({
          ...query,
          filter:
            filter.dueAfter === undefined && completed !== undefined
              ? { ...filter, completed }
              : filter,
        }),
    })),
    'forgets the priority behind a cursor': overriding((mine) => ({
      list: ({ filter: { priorities, ...filter }, ...query }) =>
        mine.list({
          ...query,
          filter: 'after' in query.place || !priorities ? filter : { ...filter, priorities },
        }),
    })),
    'reads the first 200 characters of a description': {
      does: 'searches in the first 200 characters of a description alone',
      ...overriding((mine) => ({
        list: async (query) => {
          const page = await mine.list(query)
          const { search = '' } = query.filter
          const text = search.toLowerCase()
          const tasks = page.tasks.filter(
            ({ title, description }) =>
              !text || `${title}\n${description?.slice(0, 200)}`.toLowerCase().includes(text),
          )
          return { ...page, tasks }
        },
      })),
    },
  }),
  ...mutants('critical', ['I-31', 'I-32'], {
    'lists everybody’s tasks by three priorities': listingAll(
      ({ filter }) => filter.priorities?.length === 3,
    ),
    'follows a cursor by the latest change to everybody’s tasks': listingAll(
      ({ place, sort }) => 'after' in place && sort.by === 'updatedAt',
    ),
    'counts everybody’s tasks on far pages': listingAll(
      ({ place }) => 'page' in place && place.page > 20,
    ),
  }),
]

/** What goes wrong where two requests meet, or a task comes back to what it was. */
export const combinationMutants = [
  ...aboutLists,
  ...mutants('critical', ['D-53'], {
    'shows everybody a task that was changed': crossingOwners((mine, { holding }) => ({
      get: async (id) => {
        const own = await mine.get(id)
        const any = own ?? (await holding(id)?.get(id))
        return own ?? (any && any.updatedAt > any.createdAt ? any : undefined)
      },
    })),
  }),
  ...mutants('high', ['D-04'], {
    'takes titles for one where only case differs': overriding((mine) => ({
      update: async (id, { title, ...change }, condition) => {
        const before = await mine.get(id)
        const isSame = title?.toLowerCase() === before?.title.toLowerCase()
        return mine.update(
          id,
          { ...change, ...(title !== undefined && !isSame && { title }) },
          condition,
        )
      },
    })),
  }),
]
