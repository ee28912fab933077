import { type CheckContext, newTask } from '../../../engine/check-context.ts'
import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { ownerRoutes, type Route } from '../../../engine/matrix.ts'
import { afterRefusals, ownTask } from '../../own-task.ts'
import { differing, taskIn, tasksIn } from '../../tasks.ts'

/** The routes that take a body. */
export const bodyRoutes = ownerRoutes.filter(({ operation }) => operation.body)

/** In the title of whatever must not come to be. */
const nothing = ({ runId }: CheckContext) => `nothing-${runId}`

/** Members that the route would write, if what stands beside them were right; they name the check that tells of them. */
export const written = (
  context: CheckContext,
  by: string,
  members: Parameters<typeof newTask>[1] = {},
) =>
  newTask(context, {
    title: `${context.canary()} ${nothing(context)} ${by}`,
    completed: true,
    priority: 'high',
    ...members,
  })

/** Where the route takes a body, for what is to be refused. */
export const addressOf = async (
  context: CheckContext,
  { method, operation }: Route,
): Promise<HttpRequest> => {
  const { id } = await ownTask(context)
  return { method, path: operation.path.replace('{id}', id), as: 'A' }
}

/** Expects that nothing has come of all that was refused; where its title tells the check, that one alone says so. */
export const expectUntouched = async (context: CheckContext, by: string): Promise<void> => {
  const { before, listed, read } = await afterRefusals(context)
  if (context.expectStatus(listed, 200)) {
    const made = tasksIn(listed).filter(({ title }) => title.endsWith(by)).length
    context.expect(made === 0, listed, 'no new task', `${made} new tasks`)
  }
  if (!context.expectStatus(read, 200)) return
  const now = taskIn(read)
  if (now.title !== before.title && !now.title?.endsWith(by)) return
  const changed = differing(before, now)
  context.expect(changed.length === 0, read, 'the task as it was', `changed: ${changed}`)
}
