import { type CheckContext, MARKER_TAG, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { etagIn, post, taskIn } from '../tasks.ts'

/** No more than one page of a frontend asks for at once. */
export const CROWD = 7
export const PAGE = `${TASKS}?per_page=1`

/** Each differs from the first by one parameter: to whoever forgets that one they are the same list. */
const lists = ['', '?page=2', '?sort_order=asc', '?sort_by=title', '?completed=false']

/** What the last change gives to a task, and every filter that finds it by that alone. */
const atLast = ({ runId }: CheckContext) => {
  const [word, tag, due_date] = [`late-${runId}`, `tag-${runId}`, '0001-01-01']
  const filters = { priority: 'high', completed: 'true', due_after: due_date, due_before: due_date }
  return {
    ...{ word, tag, json: { completed: true, priority: 'high', due_date } },
    path: `${TASKS}?${new URLSearchParams({ search: word, tag, ...filters })}`,
  }
}

/**
 * What one task is changed to at first, one after the other and each as it may be sent: it is found by the word throughout,
 * but not always where it was.
 */
const changesOf = (context: CheckContext, word: string, etag: string): Change[] => [
  {
    ...{ method: 'PATCH', json: { description: `found by ${word}` } },
    headers: [['If-Match', etag]],
  },
  {
    ...{ method: 'PATCH', json: { title: context.canary() } },
    headers: [['Content-Type', 'application/merge-patch+json']],
  },
  { method: 'PATCH', json: { tags: [] }, ending: '/' },
]

/** All members at once, with more in some of them than whoever cuts them keeps. */
const lastChange = (context: CheckContext, word: string) => {
  const last = atLast(context)
  return {
    title: `${context.canary()} ${word} ${last.word}`,
    description: 'no longer, \u{1f600} '.repeat(100),
    ...last.json,
    tags: [MARKER_TAG, ...Array.from({ length: 12 }, (_, index) => `tag ${index}`), last.tag],
  }
}

interface Change extends Pick<HttpRequest, 'method' | 'json' | 'headers'> {
  /** behind the path */
  ending?: string
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
  const tags = [etagIn(made)]
  for (const { ending = '', ...change } of changesOf(context, word, etagIn(made))) {
    const told = await task({ ...change, path: `${TASKS}/${id}${ending}` })
    tags.push(etagIn(told))
    found.push({ list: await list(), told })
  }
  /** One of those that it had before, in another run another one. */
  const past = tags[context.settings.seed % (tags.length - 1)] ?? '"none"'
  const [refused, ...shown] = await Promise.all([
    task({ method: 'DELETE', headers: [['If-Match', past]] }),
    ...lists.map((query) => list(`${TASKS}${query}`)),
  ])
  await task({ method: 'PUT', json: lastChange(context, word) })
  // What was changed is read at once, and by the other right behind, before anything else can have emptied a cache.
  const afterwards = await task()
  const foreign = await task({ as: 'B' })
  found.push({ list: await list(), told: afterwards })
  found.push({ list: await list(atLast(context).path), told: afterwards })
  const other = await list(atLast(context).path, 'B')
  await task({ method: 'DELETE' })
  found.push({ list: await list() })
  return { found, refused, shown, other, afterwards, foreign }
})
