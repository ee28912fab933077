import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import type { Cell } from '../../engine/matrix.ts'
import { oncePerRun } from '../once-per-run.ts'
import { listRoute } from '../orders.ts'
import { asPage } from '../pages.ts'
import type { Flaw } from '../walk/model/flaw.ts'
import { judge } from '../walk/model/judge.ts'
import { matching } from '../walk/model/listing.ts'
import type { World } from '../walk/model/world.ts'
import { requestOf, type Step, type StepOf } from '../walk/steps.ts'
import { listFixture } from './list-fixture.ts'
import { nameOf, type Row, rows } from './rows.ts'

/** An answer, and what the model of the walks has against it. */
export interface Answered<S extends Step = Step> {
  row: Row
  step: S
  exchange: Exchange
  flaw: Flaw | undefined
  /** how many tasks of its user match */
  matches: number
}

const ownerCell = (value: string): Cell => ({ route: listRoute, dimension: 'owner', value })
export const firstCell = (row: Row): Cell => ownerCell(`what ${row.by} has of ${nameOf(row)}`)
export const nextCell = (row: Row): Cell => ownerCell(`the next of ${nameOf(row)}`)

/** Every second one as a page of the frontend asks, every third one by the other spelling of the path. */
const dressed = (context: CheckContext, request: HttpRequest, turn: number): HttpRequest => {
  const path = turn % 3 === 0 ? request.path.replace(/\/?\?/, '/?') : request.path
  return turn % 2 === 0 ? { ...request, path } : asPage(context, { ...request, path }, turn)
}

const sizeOf = (holds: Row['holds'], matches: number): number =>
  Math.max(
    1,
    { one: 1, half: Math.ceil(matches / 2), 'all but one': matches - 1, all: matches }[holds],
  )

/** Sent at once; each judged by itself, since none changes anything. */
const send = async <S extends Step>(
  context: CheckContext,
  world: World,
  steps: readonly (readonly [row: Row, step: S, cell?: Cell])[],
): Promise<Answered<S>[]> => {
  const requests = steps.map(([, step, cell], turn) => {
    const request = dressed(context, requestOf(world, step), turn)
    return context.send(cell ? { ...request, covers: [...(request.covers ?? []), cell] } : request)
  })
  return (await Promise.all(requests)).map((exchange, index) => {
    const [row, step] = steps[index] as (typeof steps)[number]
    const matches = matching(world, row.by, { ...row.query, per_page: 1 }).length
    return { row, step, exchange, flaw: judge(world, step, exchange), matches }
  })
}

/** What happens between the pages: one task goes, one comes, and one changes its place in most orders. */
const changes: readonly Step[] = [
  { op: 'delete', by: 'A', task: 'plain' },
  { op: 'create', by: 'A', task: 'new', words: { title: 'new', tags: ['here', 'mist', 'blue'] } },
  {
    ...{ op: 'change', by: 'A', task: 'moving', method: 'PATCH' },
    words: { priority: 'low' },
  },
]

/** Every row, then the pages behind while others come and go. */
export const asked = oncePerRun(async (context) => {
  const { world } = await listFixture(context)
  const lists = rows.map((row, index) => {
    const query = { ...row.query, per_page: 1 }
    query.per_page = sizeOf(row.holds, matching(world, row.by, query).length)
    const page = row.page && { page: row.page }
    const step: StepOf<'list'> = {
      ...{ op: 'list', by: row.by, query, link: `${index}` },
      ...page,
    }
    return [row, step, firstCell(row)] as const
  })
  const firsts = await send(context, world, lists)
  const done = await Promise.all(changes.map((step) => context.send(requestOf(world, step))))
  for (const [index, exchange] of done.entries()) {
    const step = changes[index] as Step
    const flaw = judge(world, step, exchange)
    context.control(flaw === undefined, exchange, `an answer to ${step.op} as it should be`)
  }
  /** Of which most is to come, three pages and more whatever has gone by then. */
  const restOf = (link: string) => world.links.get(link)?.rest.length ?? 0
  const slow = firsts
    .filter(({ row }) => row.isFollowed)
    .map(({ step: { link } }) => link)
    .reduce((one, other) => (restOf(other) > restOf(one) ? other : one))
  const follows = firsts.flatMap(({ row, step: { link } }, index) => {
    const rest = world.links.get(link)?.rest.length
    if (!row.isFollowed || rest === undefined) return []
    const perPage = link === slow ? 1 : index % 5 === 4 ? Math.max(1, rest) : 100
    const step: StepOf<'follow'> = {
      ...{ op: 'follow', by: row.by, link, next: `${link}+`, perPage },
    }
    return [[row, step, nextCell(row)] as const]
  })
  const seconds = await send(context, world, follows)
  // What holds of the page behind the first may be forgotten of the one behind that.
  const thirds = seconds
    .filter(({ step: { next, link } }) => link === slow && world.links.has(next))
    .map(({ row, step: { by, next } }) => {
      const rest = { link: next, next: `${next}+`, perPage: 100 }
      const step: StepOf<'follow'> = { op: 'follow', by, ...rest }
      return [row, step, nextCell(row)] as const
    })
  return { firsts, follows: [...seconds, ...(await send(context, world, thirds))] }
})
