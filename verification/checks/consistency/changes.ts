import { checksOf } from '../../engine/check.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { etagIn, taskIn } from '../tasks.ts'
import { about, at, expectLike } from './expectations.ts'
import { change, ending, members, parallelChanges, race } from './lifecycle.ts'

export const ofChanges = checksOf(about, {
  'D-05': {
    promise: 'lets exactly one of two win who change the same state',
    severity: 'high',
    fix: 'compare the version in the condition of the UPDATE itself',
    run: async (context) => {
      const { runners } = await race(context)
      const [one, other] = runners as [Exchange, Exchange]
      const statuses = runners.map(({ response }) => response?.status ?? 0).sort()
      context.expect(statuses.join() === '200,412', one, 'one 200, one 412', statuses.join())
      const loser = one.response?.status === 412 ? one : other
      context.expectProblem(loser, 'precondition_failed')
      const { description, due_date } = taskIn(loser === one ? other : one)
      const isCleared = description === null && due_date === null
      context.expect(isCleared, one, 'description and due_date cleared by null')
    },
  },
  'D-06': {
    promise: 'takes * for any state, and no malformed tag for the present one',
    severity: 'high',
    fix: 'send strong tags, and let nothing match that is no list of tags (RFC 9110 §13.1.1)',
    run: async (context) => {
      const { whole } = await parallelChanges(context)
      context.expectStatus(whole, 200)
      context.expect(/^"[^"]*"$/.test(etagIn(whole)), whole, 'a strong ETag', etagIn(whole))
      const { weakly, misread } = await race(context)
      context.expectProblem(misread, 'precondition_failed')
      if (weakly.response?.status !== 200) context.expectProblem(weakly, 'precondition_failed')
    },
  },
  'D-07': {
    promise: 'loses no change where several members are changed side by side',
    severity: 'medium',
    fix: 'update just the named columns instead of writing the whole row back',
    run: async (context) => {
      const { toggles, parts, whole } = await parallelChanges(context)
      for (const part of parts) context.expectStatus(part, 200)
      // One of two toggles comes after the other; sent twice by the way there one may be two.
      const isOnce = ({ attempts, limited }: Exchange) => attempts - limited === 1
      const seen = toggles
        .map((it) => taskIn(it).completed)
        .sort()
        .join()
      if (toggles.every(isOnce))
        context.expect(seen === 'false,true', parts[1] as Exchange, 'once true, once false', seen)
      expectLike(context, whole, (await change(context)).changed, [
        ...Object.keys(members),
        ...['tags', 'completed', 'updated_at'],
      ])
      const { tags, completed } = taskIn(whole)
      context.expect(tags?.length === 0, whole, 'no tags any more')
      context.expect(completed === false, whole, 'completed: false')
      const lost = Object.entries(members).filter(
        ([name, value]) => (taskIn(whole) as Record<string, unknown>)[name] !== value,
      )
      context.expect(
        lost.length === 0,
        whole,
        'all three changes',
        `lost: ${lost.map(([it]) => it)}`,
      )
      for (const [name, values] of [
        ['updated_at', [...parts, whole].map((part) => taskIn(part).updated_at)],
        ['ETag', [...parts, whole].map(etagIn)],
      ] as const)
        context.expect(
          new Set(values).size === values.length,
          whole,
          `another ${name} after each change`,
          values.join(', '),
        )
      const back = parts.some((part) => at(taskIn(part).updated_at) > at(taskIn(whole).updated_at))
      context.expect(!back, whole, 'updated_at that never goes back')
    },
  },
  'D-53': {
    promise: 'shows nobody what another has just changed, and tells nobody what it is like',
    severity: 'critical',
    fix: 'ask for the owner in every state of a task, before anything is compared',
    run: async (context) => {
      for (const seen of (await change(context)).foreign)
        context.expectProblem(seen, 'task_not_found')
    },
  },
  'D-10': {
    promise: 'completes by setting and by toggling, and deletes what is named',
    severity: 'medium',
    fix: 'set completed where the body says so, else turn it over in the statement itself',
    run: async (context) => {
      const { winner, set, toggled, back, overtaken, deleted, late, headed, gone, keyed } =
        await ending(context)
      for (const [seen, completed] of [
        [back, false],
        [toggled, true],
        [set, true],
      ] as const) {
        expectLike(context, seen, winner, ['completed', 'updated_at'])
        context.expect(taskIn(seen).completed === completed, seen, `completed: ${completed}`)
      }
      const isAnother = etagIn(toggled) !== etagIn(winner)
      context.expect(isAnother, toggled, 'an ETag of its own, though it was so before')
      context.expectStatus(deleted, 204)
      // What was toggled first was no longer in the state that was to be deleted.
      if (context.expectStatus(late, overtaken ? 200 : 404) && overtaken)
        context.expect(taskIn(late).completed === false, late, 'completed: false')
      // Whatever came while it was deleted, nothing brings it back.
      context.expectStatus(headed, 404)
      for (const seen of [gone, keyed]) context.expectProblem(seen, 'task_not_found')
    },
  },
})
