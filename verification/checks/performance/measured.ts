import { type CheckContext, MARKER_TAG, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { etagIn, post, taskIn } from '../tasks.ts'

/** No more than one page of a frontend asks for at once. */
export const CROWD = 7
export const PAGE = `${TASKS}?per_page=1`

/** Each differs from the first by one parameter: to whoever forgets that one they are the same list. */
const lists = ['', '?page=2', '?sort_order=asc', '?sort_by=title', '?completed=false']

/** By what a task of these words is found after its last change alone, in its title and among its tags. */
const lateFinds = ({ runId }: CheckContext) => ({ word: `late-${runId}`, tag: `tag-${runId}` })

/** What one task is changed to, one after the other: found by the word throughout, but not always where it was. */
const changesOf = (context: CheckContext, word: string): Partial<HttpRequest>[] => {
  const late = lateFinds(context)
  return [
    { method: 'PATCH', json: { description: `found by ${word}` } },
    {
      ...{ method: 'PATCH', json: { title: context.canary() } },
      headers: [['Content-Type', 'application/merge-patch+json']],
    },
    { method: 'PATCH', json: { tags: [] } },
    {
      method: 'PUT',
      json: {
        title: `${context.canary()} ${word} ${late.word}`,
        description: 'no longer, \u{1f600} '.repeat(100),
        ...{ completed: true, priority: 'high', due_date: '2000-02-29' },
        tags: [MARKER_TAG, ...Array.from({ length: 12 }, (_, index) => `tag ${index}`), late.tag],
      },
    },
  ]
}

/** A list, and the answer that told last what its one task is like; none where it has to be empty. */
export interface Found {
  list: Exchange
  told?: Exchange
}

/**
 * One task from its creation to its end, and the same list before and after each change. This group is the last of a run, so
 * everything is warm, few others are asking, and nothing else empties what is kept of lists.
 */
export const measured = oncePerRun(async (context: CheckContext) => {
  const word = context.canary()
  const path = `${TASKS}?search=${word}&sort_by=priority`
  const list = (to = path, as: 'A' | 'B' = 'A') => context.send({ path: to, as })
  const found: Found[] = [{ list: await list() }]
  const made = await post(context, 'A', { title: `${context.canary()} ${word}` })
  const { id } = taskIn(made)
  context.control(made.response?.status === 201 && id !== undefined, made, 'A can create')
  const task = (request: Partial<HttpRequest> = {}) =>
    context.send({ path: `${TASKS}/${id}`, as: 'A', ...request })
  found.push({ list: await list(), told: made })
  // By the other right behind, before anything else can have emptied a cache.
  const other = await list(path, 'B')
  const tags = [etagIn(made)]
  for (const change of changesOf(context, word)) {
    const told = await task(change)
    tags.push(etagIn(told))
    found.push({ list: await list(), told })
  }
  const late = lateFinds(context)
  const [refused, ...shown] = await Promise.all([
    task({ method: 'DELETE', headers: [['If-Match', tags.slice(0, -1).join(', ')]] }),
    list(`${TASKS}?search=${late.word}&tag=${late.tag}`),
    ...lists.map((query) => list(`${TASKS}${query}`)),
  ])
  const afterwards = await task()
  found.push({ list: shown[0] as Exchange, told: afterwards })
  // Right behind it, as well.
  const foreign = await task({ as: 'B' })
  await task({ method: 'DELETE' })
  found.push({ list: await list() })
  return { found, refused, shown, other, afterwards, foreign }
})
