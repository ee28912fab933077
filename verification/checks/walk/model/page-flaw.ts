import { isDeepStrictEqual } from 'node:util'
import { type Exchange, membersOf } from '../../../engine/http/exchange.ts'
import { nextTarget, tasksIn } from '../../tasks.ts'
import type { Query } from '../query.ts'
import { type Flaw, unless, unlessEqual } from './flaw.ts'
import { inOrder } from './listing.ts'
import type { Placed, World } from './world.ts'

export const namesOf = (tasks: readonly Placed[]): string =>
  tasks.map(({ name }) => name).join(', ') || 'no task'

export const unlessCounted = (
  exchange: Exchange,
  expected: { total?: number; page?: number; per_page: number },
): Flaw | undefined => {
  const { tasks: _, ...counted } = membersOf<{ tasks: unknown }>(exchange)
  return unlessEqual(counted, expected)
}

/** Judges by each direction of ties that the server may still have; its answers settle which it is. */
export const unlessInOrder = (
  { ties }: World,
  { sort_by = 'created_at', sort_order = 'desc' }: Query,
  judgeIn: (inTurn: ReturnType<typeof inOrder>) => Flaw | undefined,
): Flaw | undefined => {
  const sort = `${sort_by} ${sort_order}`
  const possible = ties.get(sort) ?? [1, -1]
  const flaws = possible.map((tie) => judgeIn(inOrder(sort_order, tie)))
  const left = possible.filter((_, index) => flaws[index] === undefined)
  if (left.length > 0) ties.set(sort, left)
  return left.length > 0 ? undefined : flaws[0]
}

export const unlessShown = (
  { tasks }: World,
  exchange: Exchange,
  expected: readonly Placed[],
): Flaw | undefined => {
  const known = new Map([...tasks.values()].map(({ name, json }) => [json.id, name]))
  const seen = tasksIn(exchange).map(({ id }) => known.get(id) ?? 'another')
  const names = expected.map(({ name }) => name)
  return unless(isDeepStrictEqual(seen, names), namesOf(expected), seen.join(', ') || 'no task')
}

/** Each as it would be read by itself. */
export const unlessAsTheyAre = ({ tasks }: World, exchange: Exchange): Flaw | undefined => {
  for (const task of tasksIn(exchange)) {
    const known = [...tasks.values()].find(({ json }) => json.id === task.id)
    const flaw = known && unlessEqual(task, known.json)
    if (known && flaw) return { ...flaw, expected: `${known.name} with ${flaw.expected}` }
  }
  return undefined
}

export const unlessLinked = (exchange: Exchange, isMore: boolean): Flaw | undefined =>
  unless(
    (nextTarget(exchange) !== undefined) === isMore,
    isMore ? 'rel="next", since there is more' : 'no rel="next" at the end',
    isMore ? 'none' : 'one',
  )
