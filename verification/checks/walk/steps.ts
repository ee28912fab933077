import { TASKS } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import type { World } from './model/world.ts'
import { pathWithQuery, type Query } from './query.ts'
import { bodyOf, type Who, type Words } from './scope.ts'

/** The entity tag that a task had so many changes ago, or one that no task has. */
export type Match = number | '*' | 'never'

interface OfTask {
  by: Who
  /** a name within the walk */
  task: string
}

/**
 * One request, as data in which nothing depends on the answers of a server: it can be sent again on fresh tasks.
 * Tasks, links and idempotency keys have names within the walk.
 */
export type Step =
  | (OfTask & { op: 'create'; words: Words; key?: string })
  | (OfTask & { op: 'read'; unless?: Match })
  | (OfTask & { op: 'change'; method: 'PATCH' | 'PUT'; words: Words; match?: Match; key?: string })
  | (OfTask & { op: 'complete'; body?: { completed?: boolean }; match?: Match; key?: string })
  | (OfTask & { op: 'delete'; match?: Match })
  | { op: 'list'; by: Who; query: Query; page?: number; link: string }
  | { op: 'follow'; by: Who; link: string; next: string; perPage?: number }

/** What its key brings back. */
export type Keyed = StepOf<'create' | 'complete'>

export type StepOf<Op extends Step['op']> = Extract<Step, { op: Op }>

/** Steps that are sent at once: mostly one, sometimes two. */
export type Turn = readonly Step[]

export const requestOf = (world: World, step: Step): HttpRequest => {
  const { scope } = world
  const as = step.by
  if (step.op === 'list') return { as, path: pathWithQuery(scope, as, step.query, step.page) }
  if (step.op === 'follow') return { as, path: followed(world, step) }
  const path = `${TASKS}/${world.tasks.get(step.task)?.json.id ?? scope.nobody}`
  const headers = headersOf(world, step)
  switch (step.op) {
    case 'create':
      return { method: 'POST', path: TASKS, as, headers, json: bodyOf(scope, as, step.words) }
    case 'read':
      return { path, as, headers }
    case 'change':
      return { method: step.method, path, as, headers, json: bodyOf(scope, as, step.words) }
    case 'complete':
      return { method: 'PATCH', path: `${path}/complete`, as, headers, json: step.body }
    case 'delete':
      return { method: 'DELETE', path, as, headers }
  }
}

const followed = ({ links }: World, { link, perPage }: StepOf<'follow'>): string => {
  const path = links.get(link)?.path ?? TASKS
  return perPage === undefined ? path : path.replace(/per_page=\d+/, `per_page=${perPage}`)
}

const headersOf = ({ scope, tasks }: World, step: Extract<Step, OfTask>): [string, string][] => {
  const tag = (match: Match) => entityTag(tasks.get(step.task)?.etags ?? [], match)
  const headers: [string, string][] = []
  if ('match' in step && step.match !== undefined) headers.push(['If-Match', tag(step.match)])
  if ('unless' in step && step.unless !== undefined)
    headers.push(['If-None-Match', tag(step.unless)])
  if ('key' in step && step.key) headers.push(['Idempotency-Key', keyOf(scope.token, step.key)])
  return headers
}

const keyOf = (token: string, key: string): string => `${token}-key${key}`

/** Of a task that has not changed so often it is the first tag. */
const entityTag = (etags: readonly string[], match: Match): string => {
  if (match === '*') return match
  const etag = match === 'never' ? undefined : (etags.at(-1 - match) ?? etags[0])
  return etag ?? '"never"'
}
