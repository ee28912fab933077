import type { Check } from '../../engine/check.ts'
import { TASKS, type Trial } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { headerOf } from '../../engine/exchange.ts'
import { etagIn, idsIn, perRun, post, taskIn, totalIn } from '../tasks.ts'
import { expectAlike } from './estate.ts'
import { deeds, doAll, missing } from './siege.ts'
import { expectOwned } from './writes.ts'

const about = {
  requirements: ['US2'],
  record: 'ADR-0009',
  needs: ['users'],
} as const

/** Both users send the very same request with the very same key, B first. A's task is deleted later on. */
const sharedKey = perRun(async (trial) => {
  const key: [string, string] = ['Idempotency-Key', trial.canary()]
  const members = { title: trial.canary() }
  const send = (by: Trial, as: 'A' | 'B') => post(by, as, members, [key])
  const [ofB, ofA] = [await send(trial, 'B'), await send(trial, 'A')]
  const [b, a] = [taskIn(ofB), taskIn(ofA)]
  trial.control(ofB.answer?.status === 201 && b.id !== undefined, ofB, 'B can create with a key')
  return { key, members, send, ofA, ofB, a, b }
})

export const keys: readonly Check[] = [
  {
    ...about,
    id: 'I-21',
    promise: 'keeps the idempotency keys of users apart',
    severity: 'critical',
    record: 'ADR-0015',
    fix: 'make the owner a part of the key of every recorded answer',
    run: async (trial) => {
      const { key, send, ofA, a, b } = await sharedKey(trial)
      if (trial.expectStatus(ofA, 201)) expectOwned(trial, ofA, undefined)
      trial.expect(a.id !== b.id, ofA, 'a task of its own')
      const fresh = headerOf(ofA.answer, 'idempotency-replayed') === undefined
      trial.expect(fresh, ofA, 'no Idempotency-Replayed')
      const other = post(trial, 'A', { title: trial.canary() }, [key])
      trial.expectProblem(await other, 'idempotency_key_reused')
      const again = await send(trial, 'B')
      trial.expect(taskIn(again).id === b.id, again, 'the first answer to B again')
      const complete = (as: 'A' | 'B') => {
        const path = `${TASKS}/${b.id}/complete`
        return trial.send({ method: 'PATCH', path, as, json: { completed: true }, headers: [key] })
      }
      trial.expectStatus(await complete('B'), 200)
      const absent = (await missing(trial)).get('completeTask') as Exchange
      expectAlike(trial, await complete('A'), absent)
    },
  },
  {
    ...about,
    id: 'I-28',
    promise: 'treats a deleted task as one that never was, while a replay still answers',
    severity: 'high',
    fix: 'delete the row itself, and keep recorded answers apart from it',
    run: async (trial) => {
      const { send, ofA, a, members } = await sharedKey(trial)
      trial.control(ofA.answer?.status === 201 && a.id !== undefined, ofA, 'A can create')
      const [absent, path] = [await missing(trial), `${TASKS}/${a.id}`]
      trial.expectStatus(await trial.send({ method: 'DELETE', path, as: 'A' }), 204)
      const alike = deeds.filter(({ name }) => name !== 'headTask')
      for (const [name, answer] of await doAll(trial, alike, a.id as string))
        expectAlike(trial, answer, absent.get(name) as Exchange)
      const list = await trial.send({ path: `${TASKS}?search=${members.title}`, as: 'A' })
      const none = totalIn(list) === 0 && idsIn(list).length === 0
      trial.expect(none, list, 'found in no list')
      const replay = await send(trial, 'A')
      const same = ['etag', 'location'].every(
        (name) => headerOf(replay.answer, name) === headerOf(ofA.answer, name),
      )
      const told = headerOf(replay.answer, 'idempotency-replayed') === 'true'
      trial.expectStatus(replay, 201)
      trial.expect(taskIn(replay).id === a.id && same && told, replay, 'the first answer, replayed')
      trial.expect(etagIn(replay) !== '"none"', replay, 'an ETag')
    },
  },
]
