import fc from 'fast-check'
import type { Query } from './query.ts'
import { HERE, type Who, type Words } from './scope.ts'
import type { Match } from './steps.ts'

/** How often something is done, against the other things of the same walk. */
const acts = {
  tasks: {
    ...{ create: 3, read: 4, change: 18, complete: 14, again: 14, delete: 4 },
    'at once': 3,
  },
  lists: { create: 4, list: 14, follow: 12, change: 12, complete: 4, delete: 2 },
} as const

/** What chance decides about a turn. What it comes to depends on what there is by then: see `turnOf`. */
export interface Draw {
  by: Who
  act: keyof (typeof acts)['tasks'] | keyof (typeof acts)['lists']
  /** whose task, and which of the latest ones */
  aim: 'own' | 'gone' | 'foreign' | 'nobody'
  pick: number
  /** what a new task is made of, what one is changed to, or that it is told what it is already */
  made: Words
  words: Words
  isSame: boolean
  method: 'PATCH' | 'PUT'
  body: { completed?: boolean } | undefined
  match: Match | undefined
  isKeyed: boolean
  query: Query
  page: number | undefined
  /** asks for the list that was asked for last */
  isRepeated: boolean
}

const weighted = <T>(...weights: (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...weights.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

const chance = (percent: number) => weighted([percent, true], [100 - percent, false])

const length = (exact: number) => ({ minLength: exact, maxLength: exact })

/** Each member with this chance in percent. */
const sparse = <T extends object>(
  percent: number,
  members: { [Name in keyof T]: fc.Arbitrary<T[Name]> },
): fc.Arbitrary<Partial<T>> => {
  const names = Object.keys(members)
  return fc
    .tuple(fc.record(members), fc.array(chance(percent), length(names.length)))
    .map(([all, isThere]) => {
      const kept = names.filter((_, index) => isThere[index])
      return Object.fromEntries(kept.map((name) => [name, all[name as keyof T]])) as Partial<T>
    })
}

const dates = ['0001-01-01', '2030-01-01', '2030-01-02', '2030-02-28'] as const
const priorities = ['low', 'medium', 'high'] as const

/** Of what a title, a description and the tags of a task may be, nearly all: some keep less than they tell. */
const LONG = {
  title: `Äpfel${'\u{1f98a}'.repeat(150)}`,
  description: `Two 5%${' \u{1f98a} and so much'.repeat(130)}`,
  tags: ['Ünï', ...Array.from({ length: 13 }, (_, index) => `tag ${index}`)],
}

/** Few values, so that they come back: state goes wrong where nothing changes and where something changes back. */
const members = {
  title: fc.constantFrom(
    ...['apple', 'Apple pie ', 'zoo', LONG.title, '100%_off', '\u{1f600}', '\uff61'],
  ),
  description: fc.constantFrom(null, 'one', LONG.description, 'Жук', '', ' '),
  completed: fc.boolean(),
  priority: fc.constantFrom(...priorities),
  due_date: fc.constantFrom(null, null, null, ...dates),
  tags: fc
    .tuple(weighted([5, [HERE]], [1, []]), fc.subarray([[' Red '], ['blue'], ['red'], LONG.tags]))
    .map(([here, others]): string[] => [...here, ...others.flat()]),
}

const filters = {
  completed: fc.boolean(),
  priority: fc.subarray([...priorities], { minLength: 1, maxLength: 2 }),
  tag: fc.constantFrom('red', ' BLUE ', 'ÜNÏ'),
  due_before: fc.constantFrom(...dates),
  due_after: fc.constantFrom(...dates),
}
/** Parts of what titles and descriptions are made of, in another case than theirs. */
const search = fc.constantFrom('APPLE', 'pie', 'ZOO', 'äpf', '%_', '5%', 'ONE', 'жук', '\u{1f600}')
const sorts = {
  sort_by: fc.constantFrom('created_at', 'updated_at', 'due_date', 'priority', 'title', 'title'),
  sort_order: fc.constantFrom('asc', 'desc'),
} as const

const scope = fc.record({
  within: weighted<Query['within']>([6, 'tag'], [2, 'own titles'], [1, 'titles of the other']),
  per_page: fc.constantFrom(1, 1, 2, 2, 2, 3, 100),
})
const query = fc
  .tuple(scope, sparse(10, filters), sparse(25, { search }), sparse(80, sorts))
  .map(([within, ...parts]): Query => Object.assign(within, ...parts))

const drawOf = (weights: Partial<Record<Draw['act'], number>>): fc.Arbitrary<Draw> =>
  fc.record({
    by: weighted<Who>([3, 'A'], [1, 'B']),
    act: weighted(
      ...Object.entries(weights).map(([act, weight]) => [weight, act as Draw['act']] as const),
    ),
    aim: weighted<Draw['aim']>([36, 'own'], [2, 'gone'], [3, 'foreign'], [1, 'nobody']),
    pick: fc.nat(3),
    made: sparse(60, members),
    words: sparse(40, members),
    isSame: chance(20),
    method: fc.constantFrom('PATCH', 'PUT'),
    body: weighted<Draw['body']>(
      [3, undefined],
      [1, {}],
      [2, { completed: true }],
      [1, { completed: false }],
    ),
    match: weighted<Draw['match']>([10, undefined], [3, 0], [1, 1], [1, 2], [1, '*'], [1, 'never']),
    isKeyed: chance(weights === acts.tasks ? 60 : 20),
    query,
    page: weighted<Draw['page']>([8, undefined], [1, 1], [2, 2], [1, 3]),
    isRepeated: chance(40),
  })

/** Walks of so many draws, always the same from the same seed: each of what belongs together. */
export const drawsOf = (seed: number, turns: number): Draw[][] => {
  const drawn = fc.tuple(
    ...Object.values(acts).map((weights) => fc.array(drawOf(weights), length(turns))),
  )
  return fc.sample(drawn, { seed, numRuns: 1, unbiased: true }).flat()
}
