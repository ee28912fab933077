import {
  type OperationId,
  operationIds,
  operations,
} from '../../adapters/http/contract/contract.ts'
import type { Method, Operation } from '../../adapters/http/contract/operation.ts'

/**
 * The matrix of the contract: every operation, by each method that reaches it, times what can be tried on it.
 * An operation that is added to the contract is a row of every check that loops over routes.
 *
 * A check declares its cells as data and sends, with each request, those that the answer settles. One request
 * may settle several, where none hides the other:
 *
 *     const conditional = taskRoutes.filter(({ operation }) => operation.headers?.includes('If-Match'))
 *     const cells = cellsOf('precondition', conditional, ['that matches nothing'])
 *
 *     'D-90': {
 *       promise: 'refuses a precondition that fails, on every operation that takes one',
 *       cells,
 *       run: async (context) => {
 *         const { id } = await context.task('A')
 *         for (const cell of cells) {
 *           const headers = [['If-Match', '"none"']] as const
 *           const request = { ...validRequest(context, cell.route, id), as: 'A', headers } as const
 *           context.expectProblem(await context.send({ ...request, covers: [cell] }), 'precondition_failed')
 *         }
 *       },
 *     }
 *
 * The report counts what was declared and what of it was answered, and names the rest.
 */
export interface Cell {
  route: Route
  dimension: Dimension
  /** what is tried, as the table is to name it: the same in every run, and nothing of a caller in it */
  value: string
}

/** The columns of the table. */
export const dimensions = [
  'token',
  'origin',
  'owner',
  'parameter',
  'body',
  'precondition',
  'key',
  'header',
] as const
export type Dimension = (typeof dimensions)[number]

/** An operation by one of the methods that reach it. The rows of the table. */
export interface Route {
  /** `getTask`, or `HEAD getTask` */
  name: string
  id: OperationId
  method: Method | 'HEAD'
  operation: Operation
}

export const routes: readonly Route[] = operationIds.flatMap((id) => {
  const operation: Operation = operations[id]
  const own: Route = { name: id, id, method: operation.method, operation }
  return operation.method === 'GET' ? [own, { ...own, name: `HEAD ${id}`, method: 'HEAD' }] : [own]
})

/** The routes that ask for a token. */
export const ownerRoutes = routes.filter(({ operation }) => operation.access === 'owner')

/** Those of them that name a task. */
export const taskRoutes = ownerRoutes.filter(({ operation }) => operation.path.includes('{id}'))

/** Each of the values on each of the routes. */
export const cellsOf = (
  dimension: Dimension,
  over: readonly Route[],
  values: readonly string[],
): Cell[] => over.flatMap((route) => values.map((value) => ({ route, dimension, value })))

/** Whether two cells are the same one, however they were made. */
export const cellName = ({ route, dimension, value }: Cell): string =>
  `${route.name} ${dimension} ${value}`
