import { choices, parametersOf } from '../../members.ts'
import { listRoute, orders } from '../../orders.ts'
import { type Kind, kinds, type Twins } from './twins.ts'

/** Something that a list can be asked for. */
export interface Branch {
  name: string
  query(twins: Twins): string
  by?: string | undefined
  order?: string | undefined
  /** which of the twins it finds; absent where a parameter is new and nobody can know */
  finds?(kind: Kind): boolean
}

const finder = (name: string, value: string) => ({
  finds: (kind: Kind) => value.split(',').includes(`${kind[name as keyof Kind]}`),
})

const counted: readonly Branch[] = parametersOf(listRoute)
  .filter(([name]) => !name.startsWith('sort_'))
  .flatMap((parameter) =>
    choices(parameter).map((value) => ({
      name: `${parameter[0]}=${value}`,
      query: () => `${parameter[0]}=${value}`,
      ...(parameter[0] in kinds[0] && finder(parameter[0], value)),
    })),
  )

const [early, late] = kinds
const isDated = ({ due_date }: Kind) => due_date !== null
const finds = () => true

/** Filters whose values are the twins' own; the last has all that find the same two. */
const own: readonly Branch[] = [
  { name: 'several tags', query: ({ tags }) => `tag=${tags[1]}`, finds },
  { name: 'search in titles', query: ({ words }) => `search=${words[0]}`, finds },
  { name: 'search in descriptions', query: ({ words }) => `search=${words[1]}`, finds },
  { name: 'due_before', query: () => `due_before=${late.due_date}`, finds: isDated },
  { name: 'due_after', query: () => `due_after=${early.due_date}`, finds: isDated },
  {
    name: 'all filters',
    query: ({ tags, words }) =>
      `completed=true&priority=low,high&tag=${tags[1]}&search=${words[0]}` +
      `&due_after=${early.due_date}&due_before=${late.due_date}`,
    finds: isDated,
  },
]

const filters = [...counted, ...own]

/** Every filter and every order: each request has one of both, where neither hides the other. */
export const branches: readonly Branch[] = Array.from(
  { length: Math.max(filters.length, orders.length) },
  (_, index) => {
    const filter = filters[index % filters.length] as Branch
    const { query, by, order } = orders[index % orders.length] ?? {}
    return {
      ...{ ...filter, by, order },
      name: `${filter.name} by ${query}`,
      query: (twins: Twins) => `tag=${twins.tags[0]}&${filter.query(twins)}&${query}`,
    }
  },
)
