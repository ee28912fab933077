import { orders } from '../orders.ts'
import type { Query } from '../walk/query.ts'
import type { Who } from '../walk/scope.ts'
import { otherCase, SAID, SCRIPTS } from './list-fixture.ts'

/** What a list is asked for, and which page of it. */
export interface Row {
  /** who asks: mostly A */
  by: Who
  query: Omit<Query, 'per_page'>
  /** 1 where none is sent */
  page?: number
  /** how many of those that match the page holds */
  holds: 'one' | 'half' | 'all but one' | 'all'
  /** whether its link is followed */
  isFollowed: boolean
}

const priorities = [
  ['high'],
  ['high', 'low'],
  ['low'],
  ['low', 'medium'],
  ['low', 'medium', 'high'],
] as const
const tags = ['mist', ['blue', 'mist', ' MIST '], ' MIST ', 'blue', 'mist'] as const
const searches = [
  ...['MIST', '5%', `"ROCK 'N' roll" & A=b+C# ${otherCase(SCRIPTS)} `],
  // In titles; and where titles end and descriptions begin, which are no one text.
  ...["_off IT'S", '-7'],
] as const

/** Every filter, with another value in each round. */
const filters: readonly ((round: number) => Partial<Query>)[] = [
  (round) => ({ completed: round % 2 === 0 }),
  (round) => ({ priority: priorities[round] ?? [] }),
  (round) => ({ tag: tags[round] ?? 'mist' }),
  (round) => ({ search: searches[round] ?? SAID }),
  (round) => ({ due_before: round === 4 ? '2030-06-01' : '2030-06-02' }),
  () => ({ due_after: '2030-06-01' }),
]

/** As teams of a league meet: in five rounds each of the six filters with each of the others. */
const pairsOf = (round: number): [number, number][] => [
  [5, round],
  [(round + 1) % 5, (round + 4) % 5],
  [(round + 2) % 5, (round + 3) % 5],
]

const within = 'tag' as const
const sorts = [...new Set(orders.map(({ by }) => by))] as NonNullable<Query['sort_by']>[]
const FAR = [1_000, 51]

/**
 * Any two filters at once, by what any filter can be sorted. Of each round the first two are followed, in either
 * direction, and of the last a further page is asked for by its number.
 */
const paired: readonly Row[] = sorts.flatMap((sort_by, round) =>
  pairsOf(round).map(([one, other], index): Row => {
    const order = index === 2 ? round : index
    const query: Row['query'] = {
      ...{ within, ...filters[one]?.(round), ...filters[other]?.(round) },
      ...{ sort_by, sort_order: order % 2 === 0 ? 'asc' : 'desc' },
    }
    // Titles begin with whose they are: behind those of A come those of B upwards, and downwards it is the other way.
    const by = sort_by === 'title' && query.sort_order === 'desc' ? 'B' : 'A'
    return index === 2
      ? { by, query, page: FAR[round] ?? 2, holds: round > 2 ? 'one' : 'half', isFollowed: false }
      : { by, query, holds: (round + index) % 2 === 0 ? 'one' : 'half', isFollowed: true }
  }),
)

const everything = Object.assign({}, ...filters.map((filter) => filter(0)))
const byDue = (sort_order: 'asc' | 'desc'): Row['query'] => ({
  ...{ within, sort_by: 'due_date', sort_order },
})

/** Beside them nothing at all, with cursors before and behind those that have no date; and all filters at once. */
export const rows: readonly Row[] = [
  ...paired,
  { by: 'A', query: byDue('asc'), holds: 'half', isFollowed: true },
  { by: 'A', query: byDue('desc'), holds: 'all but one', isFollowed: true },
  {
    by: 'A',
    query: { within, ...everything, search: SAID, due_before: '2030-06-30' },
    page: 1,
    holds: 'all',
    isFollowed: false,
  },
  { by: 'A', query: { within, sort_by: 'priority' }, holds: 'one', isFollowed: true },
  {
    by: 'A',
    query: { within, sort_by: 'title', sort_order: 'asc' },
    holds: 'one',
    isFollowed: true,
  },
]

export const nameOf = ({ query: { within: _, sort_by, sort_order, ...filters }, page }: Row) =>
  [
    ...[Object.keys(filters).join(' and ') || 'no filter', `by ${sort_by} ${sort_order}`],
    ...(page ? [`page ${page}`] : []),
  ].join(', ')
