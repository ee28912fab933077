import { type CheckContext, MARKER_TAG, TASKS, type TaskJson } from './check-context.ts'
import { membersOf, summary } from './http/exchange.ts'

/** Runs older than this are over, however they ended. */
const OVER_MS = 5 * 60_000
const ours = /^vrf-[0-9a-f]{10}-/

/**
 * Deletes what this run created, and what one that was killed left behind, for both users. Returns the titles
 * that are still there at the end, which should be none; undefined where there are no users.
 * @throws Error where nobody can say: a list that cannot be read is not an empty one
 */
export const clearUp = async (context: CheckContext): Promise<string[] | undefined> => {
  if (!context.settings.users) return undefined
  const both = (['A', 'B'] as const).map((as) => clearUpFor(context, as))
  // Whoever cannot be looked for keeps nobody from being cleared up after.
  await Promise.allSettled(both)
  return (await Promise.all(both)).flat()
}

const clearUpFor = async (context: CheckContext, as: 'A' | 'B'): Promise<string[]> => {
  let found = await marked(context, as)
  for (let rounds = 0; rounds < 2 && found.length > 0; rounds += 1) {
    const removals = found.map(({ id }) =>
      context.send({ method: 'DELETE', path: `${TASKS}/${id}`, as, housekeeping: true }),
    )
    // One that cannot be sent any more shows in what is left.
    await Promise.allSettled(removals)
    found = await marked(context, as)
  }
  return found.map((task) => task.title)
}

const marked = async (context: CheckContext, as: 'A' | 'B'): Promise<TaskJson[]> => {
  const path = `${TASKS}?tag=${MARKER_TAG}&per_page=100`
  const exchange = await context.send({ path, as, housekeeping: true })
  const { tasks } = membersOf<{ tasks: TaskJson[] }>(exchange)
  if (exchange.response?.status !== 200 || !Array.isArray(tasks))
    throw new Error(`the list of ${as} could not be read: ${summary(exchange)}`)
  return tasks.filter((task) => {
    const { title, created_at } = Object(task) as Partial<TaskJson>
    const mine = typeof title === 'string' && title.startsWith(`vrf-${context.runId}-`)
    const stale = ours.test(`${title}`) && Date.now() - Date.parse(`${created_at}`) > OVER_MS
    return mine || stale
  })
}
