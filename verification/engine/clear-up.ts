import { type CheckContext, MARKER_TAG, TASKS, type TaskJson } from './check-context.ts'

/** Runs older than this are over, however they ended. */
const OVER_MS = 5 * 60_000
const ours = /^vrf-[0-9a-f]{10}-/

/**
 * Deletes what this run created, and what one that was killed left behind, for both users. Returns the titles
 * that are still there at the end, which should be none; undefined where there are no users.
 */
export const clearUp = async (context: CheckContext): Promise<string[] | undefined> => {
  if (!context.settings.users) return undefined
  const left = await Promise.all((['A', 'B'] as const).map((as) => clearUpFor(context, as)))
  return left.flat()
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
  const { response } = await context.send({ path, as, housekeeping: true })
  const { tasks = [] } = (response?.json ?? {}) as { tasks?: TaskJson[] }
  if (!Array.isArray(tasks)) return []
  return tasks.filter(({ title, created_at }) => {
    const mine = typeof title === 'string' && title.startsWith(`vrf-${context.runId}-`)
    const stale = ours.test(title) && Date.now() - Date.parse(created_at) > OVER_MS
    return mine || stale
  })
}
