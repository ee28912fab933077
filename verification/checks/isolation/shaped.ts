import { isDeepStrictEqual } from 'node:util'
import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { type Cell, type Route, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { contentOf } from '../alike.ts'
import { askShaped, inAllShapes, type Shaped } from '../ask-shaped.ts'
import { membersOf, sampleOf } from '../members.ts'
import { oncePerRun } from '../once-per-run.ts'
import type { Shape } from '../shapes.ts'
import { differing, etagIn, taskIn } from '../tasks.ts'
import { formAttack } from './every-form.ts'
import { about } from './fixture.ts'
import { missing } from './operations.ts'

/** Whoever knows the tag of a task need not be its owner; the tag alone is for `forms`. */
const knowing: Shape = {
  name: 'an If-Match with its tag among others',
  suits: ({ operation }) => operation.headers?.includes('If-Match') === true,
  of: (request, _, etag) => ({
    ...request,
    headers: [...(request.headers ?? []), ['If-Match', `"vrf", ${etag}`]],
  }),
}

/** Every member that the route takes, where fewer are sent in other forms. */
const whole = (context: CheckContext, route: Route, request: HttpRequest): HttpRequest => {
  if (request.json === undefined) return request
  const members = membersOf(route).map((member) => [member[0], sampleOf(context, member, true)])
  return { ...request, json: { ...Object.fromEntries(members), ...Object(request.json) } }
}

const all = inAllShapes(taskRoutes, [knowing])
const cellsOf = ({ route, names }: Shaped): Cell[] =>
  names.map((name) => ({ route, dimension: 'owner', value: `another user, ${name}` }))

/** After every form every shape, by a token that claims to have power over B; then B looks. */
const shapedAttack = oncePerRun(async (context) => {
  const { before } = await formAttack(context)
  const { id = '' } = taskIn(before)
  const { powerful } = context.settings.vectors?.users ?? {}
  const by = { as: 'A', ...(powerful && { authorization: `Bearer ${powerful}` }) } as const
  const send = (it: Shaped) => {
    const request = whole(context, it.route, validRequest(context, it.route, id))
    const shaped = it.of(request, context, etagIn(before))
    return context.send({ ...shaped, ...by, covers: cellsOf(it) })
  }
  const isRight = ({ response }: Exchange) => response?.status === 404
  const asked = await Promise.all(all.map((it) => askShaped(it, send, isRight)))
  const after = await context.send({ path: `${TASKS}/${id}`, as: 'B' })
  return { before, asked: asked.flat(), after }
})

const expectUntouched = async (context: CheckContext): Promise<void> => {
  const { before, after } = await shapedAttack(context)
  if (!context.expectStatus(after, 200)) return
  const changed = differing(taskIn(before), taskIn(after))
  context.expect(changed.length === 0, after, 'the task as it was', `changed: ${changed}`)
  context.expect(etagIn(before) === etagIn(after), after, 'the same ETag')
}

export const shapedRequests = checksOf(about, {
  'I-35': {
    promise: 'changes nothing of a task by any form of a request of another user',
    severity: 'critical',
    fix: 'put the owner into the condition of every statement that writes',
    run: expectUntouched,
  },
  'I-38': {
    promise: 'finds no task of another user however a request is written, and leaves it as it is',
    severity: 'critical',
    cells: all.flatMap(cellsOf),
    fix: 'put the owner into the condition of every statement, and have one statement for each use case',
    run: async (context) => {
      const absent = (await missing(context)).get('getTask')?.response
      for (const { exchange } of (await shapedAttack(context)).asked)
        if (exchange.method === 'HEAD') context.expectStatus(exchange, 404)
        else if (context.expectProblem(exchange, 'task_not_found') && exchange.response && absent) {
          const isAlike = isDeepStrictEqual(contentOf(exchange.response), contentOf(absent))
          context.expect(isAlike, exchange, 'the words that a missing id gets', 'other words')
        }
      await expectUntouched(context)
    },
  },
})
