import type { TaskJson } from '../../../engine/check-context.ts'
import { type Exchange, membersOf } from '../../../engine/http/exchange.ts'
import { type Filters, inOrder, keyOf } from '../../walk/model/listing.ts'
import type { Query } from '../../walk/query.ts'
import { routeOf } from '../route-of.ts'
import { isTask } from './told.ts'

/** What a list was asked for, with what holds where nothing is said. */
export interface Asked
  extends Filters,
    Required<Pick<Query, 'sort_by' | 'sort_order' | 'per_page'>> {
  /** undefined where it was asked for by cursor */
  page: number | undefined
}

/** Of a list that was answered; undefined of anything else. */
export const askedIn = (exchange: Exchange): Asked | undefined => {
  const { response, edge, request } = exchange
  const isList = routeOf(exchange)?.id === 'listTasks' && exchange.method === 'GET'
  const { tasks } = membersOf<{ tasks: unknown }>(exchange)
  const isWhole = Array.isArray(tasks) && tasks.every(isTask)
  if (!isList || edge || response?.status !== 200 || !isWhole) return undefined
  const query = new URLSearchParams(request.path.split('?')[1] ?? '')
  const one = (name: string) => query.get(name) ?? undefined
  const completed = one('completed')
  const priority = query.getAll('priority').flatMap((it) => it.split(','))
  return {
    tags: query.getAll('tag'),
    text: one('search'),
    ...(completed !== undefined && { completed: completed === 'true' }),
    ...(priority.length > 0 && { priority: priority as TaskJson['priority'][] }),
    ...Object.fromEntries(
      ['due_before', 'due_after'].flatMap((name) => (query.has(name) ? [[name, one(name)]] : [])),
    ),
    sort_by: (one('sort_by') ?? 'created_at') as Asked['sort_by'],
    sort_order: (one('sort_order') ?? 'desc') as Asked['sort_order'],
    per_page: Number(one('per_page') ?? 20),
    page: query.has('cursor') ? undefined : Number(one('page') ?? 1),
  }
}

/** Whether one may stand before another in such a list: between ties either may. */
export const isInOrder = (
  one: TaskJson | undefined,
  other: TaskJson | undefined,
  { sort_by, sort_order }: Asked,
): boolean => {
  if (!one || !other) return true
  // As if they had one id, so that ties are equal.
  const [first, second] = [one, other].map((task) => ({
    name: '',
    id: '',
    key: keyOf(task, sort_by),
  }))
  return first !== undefined && second !== undefined && inOrder(sort_order, 1)(first, second) <= 0
}
