import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { type Cell, cellsOf, type Route, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { membersOf } from '../members.ts'
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

/** Members that no operation has. */
export const OF_OTHERS = { note: 'x', Completed: true }

/**
 * Where there are many members to change two of them by PATCH, and by PUT none that there is: each alone and more of them
 * are for others to send.
 */
const someOf = (route: Route, request: HttpRequest): HttpRequest => {
  if (membersOf(route).length < 2) return request
  const { title, completed } = Object(request.json) as Record<string, unknown>
  return { ...request, json: route.method === 'PUT' ? OF_OTHERS : { title, completed } }
}

/** Every operation that names an id by every method, reading first and deleting last. */
export const taskOperations: readonly Deed[] = taskRoutes
  .toSorted((one, other) => rank(one) - rank(other))
  .map((route) => ({
    name: route.name,
    on: (context, id) => ({
      ...someOf(route, validRequest(context, route, id)),
      // Over a connection of its own, of which nothing is said: whether it is kept is the server's to say (I-39).
      ...(route.method === 'DELETE' && { raw: true as const, version: '1.1' as const }),
    }),
  }))

/** What would be answered differently by a server that looks for the task before it looks at the request. */
export const invalidOperations: readonly Deed[] = [
  ...taskRoutes
    .filter(({ operation }) => operation.body)
    .map(
      ({ name, method, operation: { path } }): Deed => ({
        name: `an invalid body of ${name}`,
        on: (_, id) => ({
          ...{ method, path: path.replace('{id}', id) },
          // One alone: which of several is named first may be chance.
          json: { completed: 'no' },
        }),
      }),
    ),
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

/** One of the users, A unless it is said, does all of it to one id at once. */
export const sendAll = async (
  context: CheckContext,
  all: readonly Deed[],
  id: string,
  as: 'A' | 'B' = 'A',
): Promise<ByName> => {
  const pairs = all.map(
    async (deed) => [deed.name, await context.send({ ...deed.on(context, id), as })] as const,
  )
  return new Map(await Promise.all(pairs))
}

/** What A hears of an id that never was: the measure for everything else. */
export const missing = oncePerRun((context) =>
  sendAll(context, [...taskOperations, ...invalidOperations], neverIssued()),
)
