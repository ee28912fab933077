import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS, type TaskJson } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { User } from '../../engine/users.ts'
import { taskIn, tasksIn } from '../tasks.ts'
import { aboutUsers, type Fixture, fixture, forgeriesIn, others } from './session.ts'
import { expect401 } from './unauthorized.ts'

/** Whether a list is the user's: the one known task is there, and no task of anybody else. */
export const expectOwn = (
  context: CheckContext,
  exchange: Exchange,
  user: User,
  own: TaskJson,
): boolean => {
  const listed = tasksIn(exchange)
  const right =
    exchange.response?.status === 200 &&
    listed.some(({ id }) => id === own.id) &&
    listed.every(({ user_id }) => user_id === user.subject)
  const expected = `the tasks of user ${user.name}, all of them and no other`
  return context.expect(right, exchange, expected)
}

const CALLS = 4

/** That no caller is taken for another after one another. */
export const successiveCallers = checksOf(aboutUsers, {
  'A-84': {
    promise: 'judges every request of a connection by itself',
    severity: 'critical',
    fix: 'keep who the caller is with the request, never with the connection',
    run: async (context) => {
      const { a } = await fixture(context)
      const tampered = (await forgeriesIn(context)).find((it) => it.check === 'A-30')
      const path = `${TASKS}/${a.id}`
      const same = (request: object) => context.send({ path, connection: 'A-84', ...request })
      context.expectStatus(await same({ as: 'A' }), 200)
      const bad = await same({ authorization: tampered?.authorization })
      expect401(context, bad, 'a bad token after a good one', 'token_invalid')
      expect401(context, await same({}), 'no token after a good one', 'token_missing')
    },
  },
})

/** Nor at once. */
export const concurrentCallers = checksOf(aboutUsers, {
  'A-85': {
    promise: 'mixes up nobody when both ask at once',
    severity: 'critical',
    // fast-jwt CVE-2026-35039: a cache of tokens handed out somebody else's claims.
    fix: 'keep the caller in the request; key any cache of tokens by the whole token',
    run: async (context) => {
      const prepared = await fixture(context)
      await others(context)
      await askAtOnce(context, prepared)
    },
  },
})

/** Lists and single tasks in turn, by both users in turn: what a server asks or keeps together must come apart again. */
const askAtOnce = async (context: CheckContext, { users, a, b }: Fixture): Promise<void> => {
  const calls = Array.from({ length: CALLS }, async (_, index) => {
    const [user, own] = index % 4 < 2 ? [users.a, a] : [users.b, b]
    const lists = index % 2 === 0
    const path = lists ? TASKS : `${TASKS}/${own.id}`
    const exchange = await context.send({ path, as: user.name })
    if (lists) return expectOwn(context, exchange, user, own)
    const { id, title } = taskIn(exchange)
    const right = exchange.response?.status === 200 && id === own.id && title === own.title
    return context.expect(right, exchange, `the task of user ${user.name} that was asked for`)
  })
  await Promise.all(calls)
}
