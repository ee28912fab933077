import { type CheckContext, TASKS } from '../../../engine/check-context.ts'
import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { type Cell, ownerRoutes, type Route, taskRoutes } from '../../../engine/matrix.ts'
import { validRequest } from '../../../engine/valid-request.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { etagIn } from '../../tasks.ts'
import { TOO_LONG, unkeyed, unkeyedCells } from '../keys/bad-keys.ts'
import { type Edited, edits, reread, settled, writers } from './edits.ts'

/** A precondition on a route, worded for the entity tag that its task has. */
interface Condition {
  route: Route
  name: string
  header: 'If-Match' | 'If-None-Match'
  value(etag: string): string
}

const over = (
  routes: readonly Route[],
  header: Condition['header'],
  values: Readonly<Record<string, Condition['value']>>,
) =>
  routes.flatMap((route) =>
    Object.entries(values).map(([name, value]): Condition => ({ route, name, header, value })),
  )

const takes = (header: Condition['header']) => (route: Route) =>
  route.operation.headers?.includes(header) === true
const isRemoval = ({ method }: Route) => method === 'DELETE'
const writes = ({ method }: Route) => !['GET', 'HEAD'].includes(method)

const conditional = taskRoutes.filter(takes('If-Match'))

/** RFC 9110 §13.1.1: compared strongly. A weak tag of the present state is left to the server. */
export const failing = over(conditional, 'If-Match', {
  'other tags': () => '"none", W/"other"',
  'its tag without quotes': (etag) => etag.replaceAll(/^W\/|"/g, ''),
})

export const holding = over(conditional, 'If-Match', {
  'its tag among others': (etag) => `"none", ${etag}`,
  'If-Match: *': () => '*',
})

/** Conditions that fail, where the contract gives them no say. */
export const ignored = [
  ...over(
    ownerRoutes.filter((route) => !takes('If-Match')(route)),
    'If-Match',
    { 'If-Match that has no say': () => '"none"' },
  ),
  ...over(
    ownerRoutes.filter((route) => writes(route) && !takes('If-None-Match')(route)),
    'If-None-Match',
    { 'If-None-Match that has no say': () => '*' },
  ),
]

export const conditionCell = ({ route, name }: Condition): Cell => ({
  ...{ route, dimension: 'precondition' },
  value: name,
})

/** No key by the contract, for where keys have no say either. */
const badKeyOn = (route: Route): (readonly [string, string])[] =>
  unkeyed.includes(route) ? [['Idempotency-Key', TOO_LONG]] : []

/** Under conditions that are all on one route. */
const sendUnder = (
  context: CheckContext,
  conditions: readonly [Condition, ...Condition[]],
  { id, etag }: { id: string; etag: string },
  more: Partial<HttpRequest> = {},
  key: readonly (readonly [string, string])[] = [],
) =>
  context.send({
    ...validRequest(context, conditions[0].route, id),
    as: 'A',
    headers: [...conditions.map(({ header, value }) => [header, value(etag)] as const), ...key],
    covers: [
      ...conditions.map(conditionCell),
      ...unkeyedCells.filter(({ route }) => key.length > 0 && route === conditions[0].route),
    ],
    ...more,
  })

/** No change for the task of `settled`, whichever route it is sent to. */
const known = { completed: true }

/** What must be refused, all at once, and the task after it; then what must be granted. */
export const judged = oncePerRun(async (context) => {
  const task = await settled(context)
  const refused = await Promise.all(failing.map((it) => sendUnder(context, [it], task)))
  const after = await context.send({ path: `${TASKS}/${task.id}`, as: 'A' })
  const granted = await Promise.all(
    holding
      .filter(({ route }) => !isRemoval(route))
      .map((it) => sendUnder(context, [it], task, { json: known })),
  )
  const unheard = await Promise.all(
    ownerRoutes
      .filter((route) => !isRemoval(route))
      .map((route) => {
        const [first, ...others] = ignored.filter((it) => it.route === route)
        const more = writers.includes(route) ? { json: known } : {}
        return first && sendUnder(context, [first, ...others], task, more, badKeyOn(route))
      }),
  )
  return { etag: task.etag, refused, after, granted, unheard: unheard.filter((it) => !!it) }
})

/** At last each task goes under a condition that holds, beside one that has no say. */
export const removed = oncePerRun(async (context) => {
  await Promise.all([judged(context), reread(context)])
  const tasks = await edits(context)
  const removals = holding.filter(({ route }) => isRemoval(route)).slice(0, tasks.length)
  return Promise.all(
    removals.map((condition, index) => {
      const { id, read } = tasks[index] as Edited
      const deaf = ignored.filter(({ route }) => route === condition.route)
      const task = { id, etag: etagIn(read) }
      return sendUnder(context, [condition, ...deaf], task, {}, badKeyOn(condition.route))
    }),
  )
})
