import { checksOf } from '../../../engine/check.ts'
import { Inapplicable } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { claimsIn } from '../../../engine/users.ts'
import { taskIn } from '../../tasks.ts'
import { expectInUse, expectSame, replays } from '../expectations.ts'
import { badKeyCell, badlyKeyed, refusals, TOO_MANY } from './bad-keys.ts'
import { attempts, completions, creations } from './keyed-requests.ts'
import { aboutKeys } from './keys.ts'

const byStatus = (one: Exchange, other: Exchange) =>
  (one.response?.status ?? 0) - (other.response?.status ?? 0)

export const ofKeyBindings = checksOf(aboutKeys, {
  'D-34': {
    promise: 'takes no two keys for one that are nearly the same, in any operation',
    severity: 'high',
    fix: 'keep keys whole and compare them byte for byte',
    run: async (context) => {
      const { first, others } = await creations(context)
      const { neighbours } = await completions(context)
      const ids = new Set([first, ...others].map((it) => taskIn(it).id))
      context.expect(ids.size === others.length + 1, first, 'a task for each of the keys')
      for (const [status, exchanges] of [
        [201, others],
        [200, neighbours],
      ] as const)
        for (const exchange of exchanges) {
          context.expectStatus(exchange, status)
          context.expect(!replays(exchange), exchange, 'no replay: the key is another')
        }
    },
  },
  'D-35': {
    promise: 'binds a key to operation, path and body, byte for byte',
    severity: 'high',
    fix: 'make the operation a part of the key, and path and body a part of the digest',
    run: async (context) => {
      const { otherBytes, rivals } = await creations(context)
      const [one, other] = rivals.toSorted(byStatus) as [Exchange, Exchange]
      context.expectStatus(one, 201)
      // Whoever would have had to wait for longer than a server does is told so.
      context.expectProblem(other, 'idempotency_key_reused', 'idempotency_key_in_use')
      const { done, otherPath, otherBody } = await completions(context)
      for (const reused of [otherBytes, otherPath, otherBody])
        context.expectProblem(reused, 'idempotency_key_reused')
      if (!context.expectStatus(done, 200)) return
      context.expect(!replays(done), done, 'no replay: the key was used for another operation')
    },
  },
  'D-36': {
    promise: 'gives the first answer again whatever has become of the task, and by either path',
    severity: 'high',
    fix: 'look for a recorded answer before the id and its preconditions, under the path without slash',
    run: async (context) => {
      const created = await creations(context)
      const { done, slashed, stale, neighbours, gone } = await completions(context)
      for (const [again, first] of [
        [created.slashed, created.first],
        [slashed, done],
        [stale, done],
        // What was so already is recorded like any other success.
        [gone[0], neighbours[0] as Exchange],
        [gone[1], created.first],
      ] as const) {
        expectSame(context, again, first)
        context.expect(replays(again), again, 'Idempotency-Replayed: true')
      }
    },
  },
  'D-37': {
    promise: 'leaves the key of a completion free that failed, for whoever waits for it as well',
    severity: 'high',
    fix: 'record successes only',
    run: async (context) => {
      const { absent, invalid, failed, rival, right } = await attempts(context)
      context.expectProblem(absent, 'task_not_found')
      context.expectProblem(invalid, 'validation_failed')
      context.expectProblem(failed, 'precondition_failed')
      if (right.response?.status === 409) return expectInUse(context, right)
      if (!context.expectStatus(right, 200)) return
      context.expect(!replays(right), right, 'no replay: nothing has succeeded before')
      if (rival.response?.status === 409) expectInUse(context, rival)
      else if (rival.response?.status === 200) expectSame(context, rival, right)
      else context.expectProblem(rival, 'precondition_failed')
    },
  },
  'D-42': {
    promise: 'knows a request with a key again by whose it is, whichever token they show',
    severity: 'high',
    needs: ['users', 'keys'],
    fix: 'bind a key to the owner, the path and the body: tokens are renewed every few minutes',
    run: async (context) => {
      const { users, vectors } = context.settings
      const { renewed = '' } = vectors?.users ?? {}
      if (claimsIn(renewed).sub !== users?.a.subject)
        throw new Inapplicable('VECTORS holds no second token of user A')
      const { first, createBy } = await creations(context)
      const again = await createBy(`Bearer ${renewed}`)
      expectSame(context, again, first)
      context.expect(replays(again), again, 'Idempotency-Replayed: true')
    },
  },
  'D-39': {
    promise: 'refuses what is no key, in every operation that takes one',
    severity: 'low',
    cells: badlyKeyed.map(badKeyCell),
    fix: 'judge the key like any other value: 1 to 255 visible ASCII characters',
    run: async (context) => {
      const isFromParser = ({ request, response }: Exchange) =>
        request.parserMayRefuse === true && response?.status === 400
      for (const { exchange, name } of await refusals(context))
        if (name !== TOO_MANY && !isFromParser(exchange))
          context.expectProblem(exchange, 'validation_failed')
    },
  },
})
