import fc from 'fast-check'
import type { Query } from './query.ts'
import { HERE, type Who, type Words } from './scope.ts'
import type { Match } from './steps.ts'

/** What chance decides about a turn. What it comes to depends on what there is by then: see `turnOf`. */
export interface Draw {
  by: Who
  act:
    | 'create'
    | 'read'
    | 'list'
    | 'follow'
    | 'change'
    | 'complete'
    | 'delete'
    | 'again'
    | 'at once'
  /** whose task, and which of the latest ones */
  aim: 'own' | 'gone' | 'foreign' | 'nobody'
  pick: number
  /** what a new task is made of, what one is changed to, or that it is told what it is already */
  made: Words
  words: Words
  isSame: boolean
  put: boolean
  set: 'on' | 'off' | 'toggle' | 'toggle by {}'
  match: Match | undefined
  keyed: boolean
  query: Query
  page: number | undefined
}

const weighted = <T>(...weights: (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...weights.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

const length = (exact: number) => ({ minLength: exact, maxLength: exact })

/** Each member with this chance in percent. */
const sparse = <T extends object>(
  percent: number,
  members: { [Name in keyof T]: fc.Arbitrary<T[Name]> },
): fc.Arbitrary<Partial<T>> => {
  const names = Object.keys(members)
  return fc
    .tuple(fc.record(members), fc.array(fc.integer({ min: 0, max: 99 }), length(names.length)))
    .map(([all, dice]) => {
      const kept = names.filter((_, index) => Number(dice[index]) < percent)
      return Object.fromEntries(kept.map((name) => [name, all[name as keyof T]])) as Partial<T>
    })
}

const dates = ['0001-01-01', '2030-01-01', '2030-01-02', '2030-02-28'] as const
const priorities = ['low', 'medium', 'high'] as const

/** Few values, so that they come back: state goes wrong where nothing changes and where something changes back. */
const members = {
  title: fc.constantFrom('apple', 'Apple pie ', 'zoo', 'Äpfel', '100%_off', '\u{1f600}', '\uff61'),
  description: fc.constantFrom(null, 'one', 'Two 5%', 'Жук'),
  completed: fc.boolean(),
  priority: fc.constantFrom(...priorities),
  due_date: fc.constantFrom(null, null, ...dates),
  tags: fc
    .tuple(weighted([5, [HERE]], [1, []]), fc.subarray([' Red ', 'blue', 'red', 'Ünï']))
    .map(([here, others]): string[] => [...here, ...others]),
}

const filters = {
  completed: fc.boolean(),
  priority: fc.subarray([...priorities], { minLength: 1, maxLength: 2 }),
  tag: fc.constantFrom('red', ' BLUE ', 'ÜNÏ'),
  search: fc.constantFrom('apple', 'ZOO', 'äpf', '%_', '5%', 'ONE', 'жук', '\u{1f600}'),
  due_before: fc.constantFrom(...dates),
  due_after: fc.constantFrom(...dates),
}
const sorts = {
  sort_by: fc.constantFrom('created_at', 'updated_at', 'due_date', 'priority', 'title'),
  sort_order: fc.constantFrom('asc', 'desc'),
} as const

const query = fc
  .tuple(
    weighted<Query['within']>([6, 'tag'], [2, 'own titles'], [1, 'titles of the other']),
    sparse(15, filters),
    sparse(80, sorts),
    fc.constantFrom(1, 2, 2, 3, 100),
  )
  .map(([within, some, sort, per_page]): Query => ({ within, ...some, ...sort, per_page }))

const draw: fc.Arbitrary<Draw> = fc.record({
  by: weighted<Who>([3, 'A'], [2, 'B']),
  act: weighted<Draw['act']>(
    ...([
      [6, 'create'],
      [6, 'read'],
      [10, 'list'],
      [8, 'follow'],
      [16, 'change'],
      [10, 'complete'],
      [3, 'delete'],
      [6, 'again'],
      [3, 'at once'],
    ] as const),
  ),
  aim: weighted<Draw['aim']>([14, 'own'], [2, 'gone'], [3, 'foreign'], [1, 'nobody']),
  pick: fc.nat(2),
  made: sparse(60, members),
  words: sparse(30, members),
  isSame: weighted([5, false], [1, true]),
  put: fc.boolean(),
  set: fc.constantFrom('on', 'off', 'toggle', 'toggle by {}'),
  match: weighted<Draw['match']>(
    ...([
      [10, undefined],
      [3, 0],
      [1, 1],
      [1, 2],
      [1, '*'],
      [1, 'never'],
    ] as const),
  ),
  keyed: weighted([2, false], [1, true]),
  query,
  page: weighted<Draw['page']>(
    ...([
      [5, undefined],
      [1, 1],
      [1, 2],
      [1, 3],
    ] as const),
  ),
})

/** So many walks of so many draws, always the same from the same seed. */
export const drawsOf = (seed: number, walks: number, turns: number): Draw[][] =>
  fc.sample(fc.array(draw, length(turns)), { seed, numRuns: walks, unbiased: true })
