import type { Check } from '../../engine/check.ts'
import { TASKS, type Trial } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/exchange.ts'
import { differing, perRun, post, taskIn, totalIn } from '../tasks.ts'
import { end } from './life.ts'

const about = {
  requirements: ['EC-1', 'FR-007'],
  record: 'ADR-0015',
  needs: ['users'],
} as const

/** One key: refused at first, then sent by four at once over connections of their own, then misused. */
const repeated = perRun(async (trial) => {
  const key: [string, string] = ['Idempotency-Key', trial.canary()]
  const title = trial.canary()
  const refused = await post(trial, 'A', { title, completed: 'true' }, [key])
  const same = await Promise.all(
    [1, 2, 3, 4].map(() => post(trial, 'A', { title, priority: 'low' }, [key], true)),
  )
  const other = await post(trial, 'A', { title, priority: 'high' }, [key])
  const listed = await trial.send({ path: `${TASKS}?search=${title}`, as: 'A' })
  // What has become of the task since is no part of the first answer.
  const path = `${TASKS}/${taskIn(same[0] as Exchange).id}`
  await trial.send({ method: 'PATCH', path, as: 'A', json: { description: 'since then' } })
  const later = await post(trial, 'A', { title, priority: 'low' }, [key])
  return { refused, same, other, listed, later }
})

const replays = ({ answer }: Exchange): boolean =>
  headerOf(answer, 'idempotency-replayed') === 'true'

/** Expects an answer to be the same as another in all that an answer says of a task. */
const expectSame = (trial: Trial, again: Exchange, first: Exchange): void => {
  trial.expect(again.answer?.status === first.answer?.status, again, 'the first status again')
  const changed = differing(taskIn(first), taskIn(again))
  trial.expect(changed.length === 0, again, 'the first body again', `differs in ${changed}`)
  for (const name of ['etag', 'location']) {
    const [then, now] = [headerOf(first.answer, name), headerOf(again.answer, name)]
    trial.expect(then === now, again, `${name}: ${then}`, `${name}: ${now}`)
  }
}

export const ofKeys: readonly Check[] = [
  {
    ...about,
    id: 'D-09',
    promise: 'creates one task for one idempotency key, however many ask at once',
    severity: 'high',
    fix: 'record the answer in the statement that writes the task, under a unique key',
    run: async (trial) => {
      const { same, listed, later } = await repeated(trial)
      // Whoever had to wait for the first too long is told so; that is no second task.
      const answered = same.filter(({ answer }) => answer?.status !== 409)
      for (const late of same.filter((it) => !answered.includes(it)))
        trial.expectProblem(late, 'idempotency_key_in_use')
      const first = answered.find((it) => !replays(it)) ?? (same[0] as Exchange)
      if (!trial.expectStatus(first, 201)) return
      for (const again of answered.filter((it) => it !== first)) {
        expectSame(trial, again, first)
        trial.expect(replays(again), again, 'Idempotency-Replayed: true')
      }
      expectSame(trial, later, first)
      trial.expect(!replays(first), first, 'one answer that is no replay')
      const total = totalIn(listed)
      trial.expect(total === 1, listed, 'one task', `total ${total}`)
    },
  },
  {
    ...about,
    id: 'D-15',
    promise: 'refuses a used key with another request, and keeps no key of a failed one',
    severity: 'high',
    fix: 'record a digest of the request with the answer, and successes only',
    run: async (trial) => {
      const { refused, same, other } = await repeated(trial)
      trial.expectProblem(refused, 'validation_failed')
      for (const exchange of same) {
        const reused = exchange.answer?.status === 422
        trial.expect(!reused, exchange, 'the key of a refused request still free')
      }
      trial.expectProblem(other, 'idempotency_key_reused')
    },
  },
  {
    ...about,
    id: 'D-22',
    promise: 'toggles once where a toggle is repeated with its key',
    severity: 'high',
    fix: 'record answers to complete as well as to create',
    run: async (trial) => {
      const { back, replayed } = await end(trial)
      if (!trial.expectStatus(back, 200)) return
      expectSame(trial, replayed, back)
      trial.expect(replays(replayed) && !replays(back), replayed, 'Idempotency-Replayed: true')
    },
  },
  {
    ...about,
    id: 'D-23',
    promise: 'takes no idempotency key of more than 255 characters',
    severity: 'low',
    fix: 'judge the key like any other value: 1 to 255 visible ASCII characters',
    run: async (trial) => {
      const long: [string, string] = ['Idempotency-Key', 'k'.repeat(256)]
      trial.expectProblem(await post(trial, 'A', {}, [long]), 'validation_failed')
    },
  },
]
