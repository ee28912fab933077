import { type CheckContext, newTask, TASKS } from '../../../engine/check-context.ts'
import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { ownerRoutes, type Route } from '../../../engine/matrix.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { differing, taskIn, tasksIn } from '../../tasks.ts'

/** The routes that take a body. */
export const bodyRoutes = ownerRoutes.filter(({ operation }) => operation.body)

/** A task for all routes that change one: what is refused there must leave it as it is. */
const target = oncePerRun((context) => context.task('A'))

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
  const { id } = await target(context)
  return { method, path: operation.path.replace('{id}', id), as: 'A' }
}

const begun = new Map<string, Promise<unknown>[]>()

/** Once per run, like `oncePerRun`; and what has come of all of them is looked for once, when they are done. */
export const refusing = <T>(make: (context: CheckContext) => Promise<T>) => {
  const once = oncePerRun(make)
  return (context: CheckContext): Promise<T> => {
    const work = once(context)
    begun.set(context.runId, [...(begun.get(context.runId) ?? []), work])
    return work
  }
}

/** Checks of a group begin in one go, so whoever waits finds all that they have begun. */
const afterwards = oncePerRun(async (context) => {
  await Promise.allSettled(begun.get(context.runId) ?? [])
  const before = await target(context)
  const [listed, read] = await Promise.all([
    context.send({ path: `${TASKS}?search=${nothing(context)}&per_page=100`, as: 'A' }),
    context.send({ path: `${TASKS}/${before.id}`, as: 'A' }),
  ])
  return { before, listed, read }
})

/** Expects that nothing has come of all that was refused; where its title tells the check, that one alone says so. */
export const expectUntouched = async (context: CheckContext, by: string): Promise<void> => {
  const { before, listed, read } = await afterwards(context)
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
