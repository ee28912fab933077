import { isDeepStrictEqual } from 'node:util'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { nextTarget, tasksIn } from '../../tasks.ts'
import type { StepOf } from '../steps.ts'
import { type Flaw, unless, unlessProblem, unlessStatus } from './flaw.ts'
import { matching } from './listing.ts'
import {
  namesOf,
  unlessAsTheyAre,
  unlessCounted,
  unlessInOrder,
  unlessLinked,
  unlessShown,
} from './page-flaw.ts'
import type { Link, Placed, World } from './world.ts'

/** A page by number holds exactly its slice of all that matches, says how many they are, and links to more. */
export const judgeList = (
  world: World,
  { by, query, page = 1, link }: StepOf<'list'>,
  exchange: Exchange,
): Flaw | undefined => {
  const found = matching(world, by, query)
  const from = (page - 1) * query.per_page
  /** all up to the end of the page, in each order that it fits: the middle of three equals fits both */
  const fitting: Placed[][] = []
  const flaw =
    unlessStatus(exchange, 200) ??
    unlessCounted(exchange, { total: found.length, page, per_page: query.per_page }) ??
    unlessInOrder(world, query, (inTurn) => {
      const ordered = found.toSorted(inTurn).slice(0, from + query.per_page)
      const flaw = unlessShown(world, exchange, ordered.slice(from))
      if (!flaw) fitting.push(ordered)
      return flaw
    }) ??
    unlessAsTheyAre(world, exchange) ??
    unlessLinked(exchange, from + query.per_page < found.length)
  const shown = fitting.reduce<readonly Placed[]>(common, found)
  const rest = without(found, fitting.flat())
  keepLink(world, link, exchange, { by, query, shown, rest })
  return flaw
}

/**
 * A page by cursor goes on behind the page before. What has neither come nor changed its place since is shown
 * once and in order; where anything else would stand is for the server to say, as long as it belongs there.
 */
export const judgeFollow = (
  world: World,
  { by, link, next, perPage }: StepOf<'follow'>,
  exchange: Exchange,
): Flaw | undefined => {
  const before = world.links.get(link)
  if (before?.by !== by) return unlessProblem(exchange, 'validation_failed')
  const query = { ...before.query, ...(perPage !== undefined && { per_page: perPage }) }
  const found = matching(world, by, query)
  const shown = common(before.shown, found)
  const rest = common(before.rest, found)
  const ids = tasksIn(exchange).map(({ id }) => id)
  const here = ids.flatMap((id) => found.filter((it) => it.id === id))
  const due = common(rest, here)
  const isUntouched = without(without(found, shown), rest).length === 0
  const { per_page } = query
  const flaw =
    unlessStatus(exchange, 200) ??
    unlessCounted(exchange, { per_page }) ??
    unless(here.length === ids.length, 'tasks that match', 'another among them') ??
    unless(here.length <= per_page, `at most ${per_page} tasks`, `${here.length}`) ??
    unless(
      here.length === per_page || nextTarget(exchange) === undefined,
      `${per_page} tasks, since a next page is told of`,
      `${here.length}`,
    ) ??
    unless(common(shown, here).length === 0, 'no task again', namesOf(common(shown, here))) ??
    unlessInOrder(world, query, (inTurn) => {
      const first = rest.toSorted(inTurn).slice(0, due.length)
      return isDeepStrictEqual(here, here.toSorted(inTurn))
        ? unless(common(first, due).length === due.length, namesOf(first), namesOf(due))
        : { expected: namesOf(here.toSorted(inTurn)), observed: namesOf(here) }
    }) ??
    unlessAsTheyAre(world, exchange) ??
    (due.length < rest.length || isUntouched
      ? unlessLinked(exchange, due.length < rest.length)
      : undefined)
  const on = { by, query, shown: [...shown, ...here], rest: without(rest, here) }
  keepLink(world, next, exchange, on)
  return flaw
}

/** Under the name by which steps follow it; where there is none, nothing is there to be followed. */
const keepLink = (
  { links }: World,
  name: string,
  page: Exchange,
  link: Omit<Link, 'path'>,
): void => {
  const target = nextTarget(page)
  const base = `http://any.example${page.request.path}`
  if (target === undefined || !URL.canParse(target, base)) return
  const { pathname, search } = new URL(target, base)
  links.set(name, { ...link, path: `${pathname}${search}` })
}

/** Those that stand where they stood: the same task with the same sort key. */
const common = (some: readonly Placed[], others: readonly Placed[]): readonly Placed[] =>
  some.filter((one) => others.some((it) => isDeepStrictEqual(it, one)))

const without = (some: readonly Placed[], others: readonly Placed[]): Placed[] =>
  some.filter((one) => !others.some((it) => it.id === one.id))
