import { ownerRoutes, type Route } from '../engine/matrix.ts'
import { choices, parametersOf } from './members.ts'

/** Where tasks are listed. */
export const listRoute = ownerRoutes.find(
  ({ id, method }) => id === 'listTasks' && method === 'GET',
) as Route

const choicesOf = (name: string) =>
  parametersOf(listRoute)
    .filter(([it]) => it === name)
    .flatMap(choices)

/** Every order that a list can be had in, as the end of a query. */
export const orders: readonly { by: string; order: string; query: string }[] = choicesOf(
  'sort_by',
).flatMap((by) =>
  choicesOf('sort_order').map((order) => ({
    by,
    order,
    query: `sort_by=${by}&sort_order=${order}`,
  })),
)
