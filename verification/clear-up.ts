import { MARKER_TAG, TASKS, type TaskJson, type Trial } from './trial.ts'

/** Runs older than this are over, however they ended. */
const OVER_MS = 5 * 60_000
const PAGES_MAX = 6
const ours = /^vrf-[0-9a-f]{10}-/

/**
 * Deletes what this run created, and what one that was killed left behind, for both users. Returns the titles
 * that are still there at the end, which should be none; undefined where there are no users.
 */
export const clearUp = async (trial: Trial, hurried: boolean): Promise<string[] | undefined> => {
  if (!trial.settings.users) return undefined
  const left: string[] = []
  for (const as of ['A', 'B'] as const) {
    for (let pages = 0; pages < (hurried ? 2 : PAGES_MAX); pages += 1) {
      const found = await marked(trial, as)
      if (found.length === 0) break
      await Promise.all(
        found.map((task) =>
          trial.send({ method: 'DELETE', path: `${TASKS}/${task.id}`, as, housekeeping: true }),
        ),
      )
    }
    left.push(...(await marked(trial, as)).map((task) => task.title))
  }
  return left
}

const marked = async (trial: Trial, as: 'A' | 'B'): Promise<TaskJson[]> => {
  const path = `${TASKS}?tag=${MARKER_TAG}&per_page=100`
  const { answer } = await trial.send({ path, as, housekeeping: true })
  const { tasks = [] } = (answer?.json ?? {}) as { tasks?: TaskJson[] }
  if (!Array.isArray(tasks)) return []
  return tasks.filter(({ title, created_at }) => {
    const mine = typeof title === 'string' && title.startsWith(`vrf-${trial.runId}-`)
    const stale = ours.test(title) && Date.now() - Date.parse(created_at) > OVER_MS
    return mine || stale
  })
}
