import type { TaskJson } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import type { Route } from '../../../engine/matrix.ts'
import { membersOf } from '../../members.ts'
import { kept, type Words } from '../../walk/scope.ts'
import { routeOf } from '../route-of.ts'
import { isBefore, isTexts, type Told } from './told.ts'

const fresh: Partial<TaskJson> = {
  ...{ description: null, completed: false, priority: 'medium', due_date: null, tags: [] },
}

/** The route of a request that writes a task, and succeeded with it. */
export const writingRoute = (exchange: Exchange): Route | undefined => {
  const route = routeOf(exchange)
  const { status = 0 } = exchange.response ?? {}
  return route?.operation.body && status > 0 && status < 300 ? route : undefined
}

/** The object that was sent; none where none was or where it cannot be told. */
const objectSent = ({ request: { json, body } }: Exchange): object | undefined => {
  if (json === undefined && body === undefined) return {}
  if (body !== undefined && typeof body !== 'string') return undefined
  try {
    const sent = json ?? JSON.parse(body ?? '')
    return typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? sent : undefined
  } catch {
    return undefined
  }
}

/** Beyond ASCII small letters are a matter of version and language. */
const isPlain = (tags: readonly unknown[]) => tags.every((tag) => /^[\x20-\x7e\s]*$/.test(`${tag}`))

/** Whether it can be told what a task keeps of it. */
const isReadable = ([name, value]: [string, unknown]): boolean =>
  name === 'tags' ? isTexts(value) : name !== 'title' || typeof value === 'string'

/** The members that this request names, of those that its operation writes, as a task keeps them. */
const named = (route: Route, sent: object): Words => {
  const names = membersOf(route).map(([name]) => name)
  const words = Object.entries(sent).filter((it) => names.includes(it[0]) && isReadable(it))
  return kept(Object.fromEntries(words))
}

/**
 * A state that is known for sure to be the one that a request met, or that it told of; undefined where somebody else was
 * writing at that time.
 */
export const stateBefore = (
  exchange: Exchange,
  states: readonly Told[],
  writes: readonly Exchange[],
): Told | undefined =>
  states.find(
    (it) =>
      isBefore(it.exchange, exchange) &&
      writes.every(
        (write) =>
          write === exchange ||
          write === it.exchange ||
          isBefore(write, it.exchange) ||
          isBefore(exchange, write),
      ),
  )

/**
 * What a write has to come to by what it names and by what was there before; members that nobody can foretell are left
 * out. Undefined where the state before is not known for sure.
 */
export const predicted = (
  { exchange, task }: Told,
  route: Route,
  states: readonly Told[],
  writes: readonly Exchange[],
): Partial<TaskJson> | undefined => {
  const sent = objectSent(exchange)
  if (!sent) return undefined
  const words = named(route, sent)
  if (words.tags && !isPlain(words.tags)) words.tags = task.tags
  if (exchange.response?.status === 201) return { ...fresh, ...words }
  const before = stateBefore(exchange, states, writes)
  if (!before) return undefined
  const toggled = route.id === 'completeTask' && { completed: !before.task.completed }
  const { updated_at: _, ...rest } = before.task
  return { ...rest, ...toggled, ...words }
}
