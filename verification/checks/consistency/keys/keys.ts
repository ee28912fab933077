import { checksOf } from '../../../engine/check.ts'
import { TASKS } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { post, taskIn, totalIn } from '../../tasks.ts'
import { unheardBy } from '../conditions/condition.ts'
import { expectInUse, expectSame, replays } from '../expectations.ts'
import { ending } from '../lifecycle.ts'
import { refusals, TOO_MANY } from './bad-keys.ts'

export const aboutKeys = {
  requirements: ['EC-1', 'FR-007'],
  record: 'ADR-0015',
  needs: ['users'],
} as const

/** One key: refused at first, then sent by four at once over connections of their own, then misused. */
export const repeated = oncePerRun(async (context) => {
  const key: [string, string] = ['Idempotency-Key', context.canary()]
  const title = context.canary()
  const refused = await post(context, 'A', { title, completed: 'true' }, [key])
  const task = { title, completed: true, priority: 'low' }
  const same = await Promise.all([1, 2, 3, 4].map(() => post(context, 'A', task, [key], true)))
  const other = await post(context, 'A', { ...task, priority: 'high' }, [key])
  const unheard = unheardBy('listTasks', 'GET')
  const listed = await context.send({ path: `${TASKS}?search=${title}`, as: 'A', ...unheard })
  // What has become of the task since is no part of the first answer.
  const path = `${TASKS}/${taskIn(same[0] as Exchange).id}`
  await context.send({ method: 'PATCH', path, as: 'A', json: { description: 'since then' } })
  const later = await post(context, 'A', task, [key])
  return { refused, same, other, listed, later }
})

export const ofKeys = checksOf(aboutKeys, {
  'D-09': {
    promise: 'creates one task for one idempotency key, however many ask at once',
    severity: 'high',
    fix: 'record the answer in the statement that writes the task, under a unique key',
    run: async (context) => {
      const { same, listed, later } = await repeated(context)
      const answered = same.filter(({ response }) => response?.status !== 409)
      for (const late of same.filter((it) => !answered.includes(it))) expectInUse(context, late)
      const first = answered.find((it) => !replays(it)) ?? (same[0] as Exchange)
      if (!context.expectStatus(first, 201)) return
      for (const again of answered.filter((it) => it !== first)) {
        expectSame(context, again, first)
        context.expect(replays(again), again, 'Idempotency-Replayed: true')
      }
      expectSame(context, later, first)
      context.expect(!replays(first), first, 'one answer that is no replay')
      const total = totalIn(listed)
      context.expect(total === 1, listed, 'one task', `total ${total}`)
    },
  },
  'D-15': {
    promise: 'refuses a used key with another request, and keeps no key of a failed one',
    severity: 'high',
    fix: 'record a digest of the request with the answer, and successes only',
    run: async (context) => {
      const { refused, same, other } = await repeated(context)
      context.expectProblem(refused, 'validation_failed')
      for (const exchange of same) {
        const reused = exchange.response?.status === 422
        context.expect(!reused, exchange, 'the key of a refused request still free')
      }
      context.expectProblem(other, 'idempotency_key_reused')
    },
  },
  'D-22': {
    promise: 'toggles once where a toggle is repeated with its key',
    severity: 'high',
    fix: 'record answers to complete as well as to create',
    run: async (context) => {
      const { back, replayed } = await ending(context)
      if (!context.expectStatus(back, 200)) return
      if (replayed.response?.status === 409) return expectInUse(context, replayed)
      expectSame(context, replayed, back)
      context.expect(replays(replayed) && !replays(back), replayed, 'Idempotency-Replayed: true')
    },
  },
  'D-23': {
    promise: 'takes no idempotency key of more than 255 characters where a task is completed',
    severity: 'low',
    fix: 'judge the key like any other value: 1 to 255 visible ASCII characters',
    run: async (context) => {
      for (const { name, route, exchange } of await refusals(context))
        if (name === TOO_MANY && route.id !== 'createTask')
          context.expectProblem(exchange, 'validation_failed')
    },
  },
})
