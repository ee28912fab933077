import { type CheckContext, TASKS, type TaskJson } from '../../engine/check-context.ts'
import { oncePerRun } from '../once-per-run.ts'
import { nextUrl, pathOf, post, taskIn } from '../tasks.ts'

/**
 * Seven tasks of A under a tag of their own, made all at once. Each is the one that would come in, or stay
 * out, if one particular part of a filter were not heeded; two share a due date and two have none. What their
 * titles begin with is sorted otherwise by dictionaries, without regard to case, and by UTF-16.
 */
const seeds = {
  found: { due_date: '2030-01-15', priority: 'high', completed: true, description: 'Rate 5%_Off' },
  underscore: {
    ...{ due_date: '2030-01-20', priority: 'low', completed: true },
    description: 'rate 5%xoff',
  },
  percent: {
    ...{ due_date: '2030-01-15', priority: 'medium', completed: true },
    description: 'rate 5abc_off',
  },
  untagged: {
    due_date: '2030-01-21',
    priority: 'low',
    completed: true,
    description: 'rate 5%_off',
  },
  undone: {
    due_date: '2030-01-14',
    priority: 'high',
    completed: false,
    description: 'rate 5%_off',
  },
  dateless: { priority: 'high', completed: false },
  alsoDateless: { priority: 'low', completed: true, due_date: null, description: null },
} as const

const initials: Readonly<Record<Seed, string>> = {
  ...{ found: 'b', underscore: 'B', percent: 'é', untagged: 'a' },
  ...{ undone: 'Z', dateless: '\u{ff5e}', alsoDateless: '\u{1f600}' },
}

export type Seed = keyof typeof seeds

export const seeded = oncePerRun(async (context) => {
  const [tag, extra] = [`list-${context.runId}`, `extra-${context.runId}`]
  const made = await Promise.all(
    Object.entries(seeds).map(async ([name, seed]) => {
      const tags = name === 'untagged' ? [tag] : [tag, extra]
      const title = `vrf-${context.runId}-${initials[name as Seed]} ${context.canary().slice(-18)}`
      return [name as Seed, await post(context, 'A', { ...seed, title, tags })] as const
    }),
  )
  const created = made.map(([, exchange]) => exchange)
  const tasks = new Map(made.map(([name, exchange]) => [name, taskIn(exchange) as TaskJson]))
  const ids = [...tasks.values()].map(({ id }) => id)
  return { tag, extra, created, tasks, ids, list: `${TASKS}?tag=${tag}` }
})

/** The same, as the ground for what is judged of lists. */
export const listFixture = async (context: CheckContext) => {
  const all = await seeded(context)
  for (const exchange of all.created)
    context.control(exchange.response?.status === 201, exchange, 'a task can be created')
  return all
}

const ELSEWHERE = 'elsewhere.example'

/** Two pages by number, all by due date, and one asked for under a name that is not the server's. */
export const numberedPages = oncePerRun(async (context) => {
  const { list } = await listFixture(context)
  const read = (query: string, headers: [string, string][] = []) =>
    context.send({ path: `${list}&${query}`, as: 'A', headers })
  const byPriority = 'sort_by=priority&sort_order=asc&per_page=4'
  // Whatever ends TLS goes by Host, so there only the forwarded name can lie.
  const plain = context.settings.target.protocol === 'http:'
  const host: [string, string][] = plain ? [['Host', ELSEWHERE]] : []
  const [first, second, byDue, misnamed] = await Promise.all([
    read(`${byPriority}&page=1`),
    read(`${byPriority}&page=2`),
    read('sort_by=due_date&sort_order=asc'),
    read('per_page=1', [
      ...host,
      ['X-Forwarded-Host', ELSEWHERE],
      ['Forwarded', `host=${ELSEWHERE}`],
    ]),
  ])
  return { first, second, byDue, misnamed, elsewhere: ELSEWHERE }
})

/** The most pages that can be needed, and one to see that there is an end. */
const PAGES_MAX = 3

/** By cursor, while a task comes in that belongs on the page already seen. */
export const cursorPages = oncePerRun(async (context) => {
  const { list, tag } = await listFixture(context)
  await numberedPages(context)
  // The last one of the first page, which is gone when its link is followed.
  const passing = await post(context, 'A', { due_date: '2030-01-19', tags: [tag] })
  context.control(passing.response?.status === 201, passing, 'a task can be created')
  const passed = taskIn(passing).id as string
  const path = `${list}&sort_by=due_date&sort_order=desc&per_page=3`
  const pages = [await context.send({ path, as: 'A' })]
  await context.send({ method: 'DELETE', path: `${TASKS}/${passed}`, as: 'A' })
  const cursorOf = (page = pages.at(-1)) => page && nextUrl(context, page)
  const next = cursorOf()
  const late = await post(context, 'A', { due_date: '2031-01-01', tags: [tag] })
  context.control(late.response?.status === 201, late, 'a task can be created')
  for (let url = next; url && pages.length < PAGES_MAX; url = cursorOf())
    pages.push(await context.send({ path: pathOf(url), as: 'A' }))
  return { pages, next, passed }
})
