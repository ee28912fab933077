import { TASKS, type TaskJson } from '../../engine/check-context.ts'
import { HERE, otherThan, type Scope, tagOf, titleOf, type Who } from './scope.ts'

/** What a list is asked for, in the words of the walk. */
export interface Query {
  /** every list keeps to the walk: to its tag, to the titles that its user gave, or that the other one gave */
  within: 'tag' | 'own titles' | 'titles of the other'
  completed?: boolean
  priority?: readonly TaskJson['priority'][]
  tag?: string | readonly string[]
  search?: string
  due_before?: string
  due_after?: string
  sort_by?: 'created_at' | 'updated_at' | 'due_date' | 'priority' | 'title'
  sort_order?: 'asc' | 'desc'
  per_page: number
}

/** The tags and the text that a query in words asks for. */
export const wanted = (scope: Scope, by: Who, { within, tag, search }: Query) => {
  const whose = within === 'titles of the other' ? otherThan[by] : by
  const tags = within === 'tag' ? [tagOf(scope, HERE)] : []
  const text = search === undefined ? `${scope.token}${whose}` : titleOf(scope, whose, search)
  return {
    tags: tag === undefined ? tags : [...tags, tag].flat(),
    text: within === 'tag' ? search : text,
  }
}

export const pathWithQuery = (scope: Scope, by: Who, query: Query, page?: number): string => {
  const { within: _, tag: __, search: ___, priority, ...plain } = query
  const { tags, text } = wanted(scope, by, query)
  const parameters = new URLSearchParams()
  for (const tag of tags) parameters.append('tag', tag)
  if (text !== undefined) parameters.set('search', text)
  if (priority) parameters.set('priority', priority.join())
  if (page !== undefined) parameters.set('page', `${page}`)
  for (const [name, value] of Object.entries(plain)) parameters.set(name, `${value}`)
  return `${TASKS}?${parameters}`
}
