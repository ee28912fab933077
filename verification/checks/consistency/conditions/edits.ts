import { type CheckContext, TASKS } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { type Cell, ownerRoutes, type Route, taskRoutes } from '../../../engine/matrix.ts'
import { validRequest } from '../../../engine/valid-request.ts'
import { type Member, membersOf, sampleOf } from '../../members.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { etagIn, post, taskIn } from '../../tasks.ts'
import { unkeyed } from '../keys/bad-keys.ts'
import { holding, ignored, type Rider, under, withBadKey } from './condition.ts'

/** The routes that write to a task. */
export const writers = taskRoutes.filter(({ operation }) => operation.body)
const creator = ownerRoutes.find(({ id }) => id === 'createTask') as Route

/** Each member alone by one of the routes that take it, and what is left to the others there at once. */
const changesOf = (route: Route): readonly (readonly Member[])[] => {
  const alike = writers.filter((it) => it.operation.body?.schema === route.operation.body?.schema)
  const isDue = (_: Member, index: number) => alike[index % alike.length] === route
  const rest = membersOf(route).filter((it, index) => !isDue(it, index))
  const alone = membersOf(route)
    .filter(isDue)
    .map((it) => [it])
  return rest.length > 0 ? [...alone, rest] : alone
}

const changeCell = (route: Route, members: readonly Member[]): Cell => ({
  ...{ route, dimension: 'body' },
  value: `a change of ${members.map(([name]) => name).join(', ')} alone`,
})
export const changeCells = (route: Route): Cell[] =>
  changesOf(route).map((members) => changeCell(route, members))
export const idleCell = (route: Route): Cell => ({
  ...{ route, dimension: 'body' },
  value: 'what is so already',
})

interface Step {
  /** the members that were sent, with their values */
  change: Readonly<Record<string, unknown>>
  before: Exchange
  after: Exchange
  /** whether it bears the key that made the task, where keys have no say */
  used: boolean
}

/** A task that one route changed, member by member, and then told what it knew already. */
export interface Edited {
  route: Route
  id: string
  steps: readonly Step[]
  last: Exchange
  /** under each condition that holds */
  idle: readonly Exchange[]
  read: Exchange
}

/** Read-only and unknown members alone, of whatever type and depth. */
const UNHEARD = { id: 5, created_at: null, vrf: { a: [{ b: [[{ c: null }]] }] } }

/**
 * What a member is before and after. A description comes to be empty, which is no null; and what is completed is opened, then
 * told that it is open: the task of D-10 goes the other way.
 */
const valueFor = (
  context: CheckContext,
  { id }: Route,
  member: Member,
  isNew: boolean,
): unknown => {
  if (member[0] === 'description' && !isNew) return null
  return sampleOf(context, member, isNew !== (id === 'completeTask'))
}

/** The same in other words: what is trimmed, lower-cased or said twice is no change (contract §3). */
const untidy = (values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const { title, tags } = values
  return {
    ...values,
    ...(typeof title === 'string' && { title: ` ${title}\t` }),
    ...(Array.isArray(tags) && { tags: [...tags, ...tags.map((tag) => ` ${tag.toUpperCase()} `)] }),
  }
}

const NOTHING: Rider = { headers: [], covers: [] }
const keyFor = (key: string) => [['Idempotency-Key', key]] as const

/**
 * The first change bears a condition that has no say, the last two the key that made the task, where keys have none
 * either. What changes nothing bears conditions that hold, and what is no key at all.
 */
const editing = async (context: CheckContext, route: Route): Promise<Edited> => {
  const old = membersOf(creator).map((it) => [it[0], valueFor(context, route, it, false)] as const)
  const key = keyFor(context.canary())
  const created = await post(context, 'A', Object.fromEntries(old), key)
  const { id = '' } = taskIn(created)
  context.control(created.response?.status === 201 && id !== '', created, 'A can create')
  const send = (json: object, cell: Cell, { headers, covers }: Rider) =>
    context.send({
      ...validRequest(context, route, id),
      ...{ json, as: 'A', headers, covers: [cell, ...covers] },
    })
  const unheard = under(
    ignored.filter((it) => it.route === route),
    '',
  )
  const changes = changesOf(route)
  const values: Record<string, unknown> = {}
  const steps: Step[] = []
  let last = created
  for (const [index, members] of changes.entries()) {
    const change = Object.fromEntries(
      members.map((it) => [it[0], valueFor(context, route, it, true)]),
    )
    Object.assign(values, change)
    const used = unkeyed.includes(route) && index >= changes.length - 2
    const rider = index === 0 ? unheard : used ? { ...NOTHING, headers: key } : NOTHING
    const after = await send(change, changeCell(route, members), rider)
    steps.push({ change, before: last, after, used })
    last = after
  }
  const idle: Exchange[] = []
  for (const [index, condition] of holding.filter((it) => it.route === route).entries()) {
    const rider = under([condition], etagIn(last))
    // Where a body is needed, members that have no say are no change as well.
    const json = index > 0 && route.operation.body?.required ? UNHEARD : untidy(values)
    idle.push(await send(json, idleCell(route), index > 0 ? rider : withBadKey(route, rider)))
  }
  const read = await context.send({ path: `${TASKS}/${id}`, as: 'A', fresh: true })
  return { route, id, steps, last, idle, read }
}

/** By every route that writes, each on a task of its own. */
export const edits = oncePerRun((context) =>
  Promise.all(writers.map((route) => editing(context, route))),
)

/** One of them, for what changes nothing: its id, its entity tag and those that it had before. */
export const settled = async (context: CheckContext) => {
  const [first] = await edits(context)
  const { id, steps, read } = first as Edited
  return { id, etag: etagIn(read), earlier: steps.map(({ before }) => etagIn(before)) }
}
