import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { type Cell, cellsOf, type Route, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { oncePerRun } from '../once-per-run.ts'
import { neverIssued } from '../tasks.ts'

/** Something that can be asked of an id. */
interface Deed {
  name: string
  on(context: CheckContext, id: string): HttpRequest
}

export const foreignCells: readonly Cell[] = cellsOf('owner', taskRoutes, ['another user'])

const rank = ({ method }: Route): number =>
  ['GET', 'HEAD'].includes(method) ? 0 : method === 'DELETE' ? 2 : 1

/** Every operation that names an id by every method, reading first and deleting last. */
export const taskOperations: readonly Deed[] = taskRoutes
  .toSorted((one, other) => rank(one) - rank(other))
  .map((route) => ({
    name: route.name,
    on: (context, id) => validRequest(context, route, id),
  }))

/** What would be answered differently by a server that looks at the request before it looks for the task. */
export const invalidOperations: readonly Deed[] = [
  {
    name: 'an invalid body',
    on: (_, id) => ({ method: 'PATCH', path: `${TASKS}/${id}`, json: { title: '' } }),
  },
  {
    name: 'a body that is not JSON',
    on: (_, id) => ({
      method: 'PUT',
      path: `${TASKS}/${id}`,
      headers: [['Content-Type', 'text/plain']],
      body: 'title=x',
    }),
  },
]

export type ByName = ReadonlyMap<string, Exchange>

/** A does all of it to one id at once. */
export const sendAll = async (
  context: CheckContext,
  all: readonly Deed[],
  id: string,
): Promise<ByName> => {
  const pairs = all.map(
    async (deed) => [deed.name, await context.send({ ...deed.on(context, id), as: 'A' })] as const,
  )
  return new Map(await Promise.all(pairs))
}

/** What A hears of an id that never was: the measure for everything else. */
export const missing = oncePerRun((context) =>
  sendAll(context, [...taskOperations, ...invalidOperations], neverIssued()),
)
