import { type CheckContext, newTask, TASKS, type TaskJson } from '../../../engine/check-context.ts'
import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { ownerRoutes, type Route } from '../../../engine/matrix.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { differing, taskIn, totalIn } from '../../tasks.ts'

/** The routes that take a body. */
export const bodyRoutes = ownerRoutes.filter(({ operation }) => operation.body)

/** A task for each route that changes one: what is refused there must leave it as it is. */
const targets = oncePerRun(async (context) => {
  const changing = bodyRoutes.filter(({ operation }) => operation.path.includes('{id}'))
  const tasks = await Promise.all(changing.map(() => context.task('A')))
  return new Map(changing.map(({ name }, index) => [name, tasks[index] as TaskJson]))
})

/** In the title of whatever must not come to be. */
const nothing = ({ runId }: CheckContext) => `nothing-${runId}`

/** Members that the route would write, if what stands beside them were right. */
export const written = (context: CheckContext, members: Parameters<typeof newTask>[1] = {}) =>
  newTask(context, {
    title: `${context.canary()} ${nothing(context)}`,
    completed: true,
    priority: 'high',
    ...members,
  })

/** Where the route takes a body, for what is to be refused. */
export const addressOf = async (
  context: CheckContext,
  { name, method, operation }: Route,
): Promise<HttpRequest> => {
  const id = (await targets(context)).get(name)?.id ?? ''
  return { method, path: operation.path.replace('{id}', id), as: 'A' }
}

/** Expects that nothing has come of all that was refused. */
export const expectUntouched = async (context: CheckContext): Promise<void> => {
  const tasks = [...(await targets(context)).values()]
  const [listed, ...reads] = await Promise.all([
    context.send({ path: `${TASKS}?search=${nothing(context)}`, as: 'A' }),
    ...tasks.map(({ id }) => context.send({ path: `${TASKS}/${id}`, as: 'A' })),
  ])
  context.expect(totalIn(listed) === 0, listed, 'no new task', `${totalIn(listed)} new tasks`)
  for (const [index, read] of reads.entries()) {
    const changed = differing(tasks[index] ?? {}, taskIn(read))
    context.expect(changed.length === 0, read, 'the task as it was', `changed: ${changed}`)
  }
}
