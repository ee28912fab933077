import { type CheckContext, newTask } from './check-context.ts'
import type { HttpRequest } from './http/exchange.ts'
import type { Route } from './matrix.ts'

/** In every body: members that an operation does not know are ignored, so one body is valid for all. */
export const validBody = (context: CheckContext, members: Parameters<typeof newTask>[1] = {}) =>
  newTask(context, { completed: true, priority: 'high', ...members })

/**
 * A request that the route answers with success if whoever sends it owns the task: on its path, and with a body
 * where one belongs. What it makes or changes is found again when the run clears up.
 */
export const validRequest = (
  context: CheckContext,
  { method, operation: { path, body } }: Route,
  id: string,
) =>
  ({
    method,
    path: path.replace('{id}', id),
    ...(body && { json: validBody(context) }),
  }) satisfies HttpRequest
