import type { TaskQuery } from '../../../../domain/listing.ts'
import { countingAll, leaking, listingAll } from '../../operators/lists.ts'
import { overriding } from '../../operators/store.ts'
import { type Mutation, mutants } from '../mutant.ts'

/** Leaves the owner out of pages behind the second one, by the cursor of which nothing else tells. */
const listingAllBehind = (): Mutation => ({
  tasks: (real) => {
    const ends = new Set<string>()
    const endOf = ({ filter, sort }: TaskQuery, id: string) => JSON.stringify([filter, sort, id])
    const isThird = (query: TaskQuery) =>
      'after' in query.place && ends.has(endOf(query, query.place.after.id))
    return overriding((mine) => ({
      list: async (query) => {
        const page = await mine.list(query)
        const last = page.tasks.at(-1)
        if ('after' in query.place && last) ends.add(endOf(query, last.id))
        return page
      },
    })).tasks(listingAll(isThird).tasks(real))
  },
})

/** Lists from which the owner is left out for one filter, order or page alone: `owner = ? AND a OR b`. */
export const listBranchMutants = mutants('critical', ['I-01', 'I-31', 'I-32', 'I-33'], {
  'lists everybody’s tasks by title': listingAll(({ sort }) => sort.by === 'title'),
  'lists everybody’s tasks by the earliest change': listingAll(
    ({ sort }) => sort.by === 'updatedAt' && sort.order === 'asc',
  ),
  'filters everybody’s tasks by priority': listingAll(
    ({ filter }) => filter.priorities?.length === 1,
  ),
  'filters everybody’s tasks by several priorities': listingAll(
    ({ filter }) => (filter.priorities?.length ?? 0) > 1,
  ),
  'filters everybody’s tasks that are open': listingAll(({ filter }) => filter.completed === false),
  'filters everybody’s tasks by due_before': listingAll(
    ({ filter }) => filter.dueBefore !== undefined,
  ),
  'filters everybody’s tasks by several tags': listingAll(
    ({ filter }) => (filter.tags?.length ?? 0) > 1,
  ),
  'follows a cursor to everybody’s tasks by priority': listingAll(
    ({ place, sort }) => 'after' in place && sort.by === 'priority',
  ),
  'shows everybody’s tasks on the second page': listingAll(
    ({ place }) => 'page' in place && place.page > 1,
  ),
  'counts everybody’s tasks where they are filtered by date': {
    severity: 'high',
    ...countingAll(({ filter }) => filter.dueAfter !== undefined),
  },
  'lists everybody’s completed tasks': listingAll(({ filter }) => filter.completed === true),
  'lists everybody’s tasks that are due after a day': listingAll(
    ({ filter }) => filter.dueAfter !== undefined,
  ),
  'forgets the owner for the second of two priorities': leaking(({ filter: { priorities } }) =>
    priorities && priorities.length > 1
      ? (task) => priorities.slice(1).includes(task.priority)
      : undefined,
  ),
  'shows everybody’s tasks on far pages': countingAll(
    ({ place }) => 'page' in place && place.page > 50,
  ),
  'lists everybody’s tasks that are tagged as shared': leaking(
    () =>
      ({ tags }) =>
        tags.includes('shared'),
  ),
  'lists everybody’s tasks that are tagged with a team': leaking(
    () =>
      ({ tags }) =>
        tags.includes('team'),
  ),
  'lists everybody’s tasks that were changed just now': {
    severity: 'high',
    ...leaking(
      () =>
        ({ createdAt, updatedAt }) =>
          updatedAt > createdAt && Date.now() - Date.parse(updatedAt) < 300,
    ),
  },
  'follows a cursor to everybody’s tasks behind the second page': listingAllBehind(),
  'filters everybody’s tasks by every priority': listingAll(
    ({ filter }) => filter.priorities?.length === 3,
  ),
  'filters everybody’s tasks by three tags': listingAll(
    ({ filter }) => (filter.tags?.length ?? 0) > 2,
  ),
  'searches everybody’s tasks for a quotation mark': listingAll(
    ({ filter }) => filter.search?.includes("'") === true,
  ),
  'searches everybody’s tasks for a long text': listingAll(
    ({ filter }) => (filter.search?.length ?? 0) > 100,
  ),
  'searches everybody’s descriptions': {
    does: 'searches in its owner’s titles and in everybody’s descriptions',
    ...leaking(({ filter: { search } }) =>
      search === undefined
        ? undefined
        : ({ description }) => description?.toLowerCase().includes(search.toLowerCase()) ?? false,
    ),
  },
  'counts everybody’s tasks that match a search': {
    severity: 'high',
    ...countingAll(({ filter }) => filter.search !== undefined),
  },
})

/** The same behind a cursor, where a model of all that there is tells what comes next. */
export const followedListMutants = mutants('critical', ['I', 'D'], {
  'follows a cursor to everybody’s tasks without a date': leaking(({ place, sort }) =>
    'after' in place && sort.by === 'dueDate' ? ({ dueDate }) => dueDate === null : undefined,
  ),
  'follows a cursor to everybody’s tasks by the latest change': listingAll(
    ({ place, sort }) => 'after' in place && sort.by === 'updatedAt',
  ),
  'follows a cursor to everybody’s tasks by rising priority': listingAll(
    ({ place, sort }) => 'after' in place && sort.by === 'priority' && sort.order === 'asc',
  ),
  'follows a cursor to everybody’s tasks by falling title': listingAll(
    ({ place, sort }) => 'after' in place && sort.by === 'title' && sort.order === 'desc',
  ),
  'follows a cursor to everybody’s tasks on large pages': listingAll(
    ({ place, perPage }) => 'after' in place && perPage > 50,
  ),
})
