import { randomUUID } from 'node:crypto'
import { checksOf } from '../../engine/check.ts'
import { type CheckContext, newTask, TASKS } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { headerOf } from '../../engine/http/exchange.ts'
import { KEY_MAX } from '../consistency/keys/bad-keys.ts'
import { ending } from '../consistency/lifecycle.ts'
import { oncePerRun } from '../once-per-run.ts'
import { asPage } from '../pages.ts'
import { etagIn, idsIn, post, taskIn, totalIn } from '../tasks.ts'
import { about, claims, expectAlike, expectOwned, fixture } from './fixture.ts'
import { missing, sendAll, taskOperations } from './operations.ts'

/**
 * Both users send the very same request with the very same key, B first; by its body it makes a task of B's. A's task is
 * deleted later on. The key is in the form that most clients use, and that is taken for unique.
 */
export const sharedKey = oncePerRun(async (context) => {
  const key: [string, string] = ['Idempotency-Key', randomUUID()]
  const { id } = (await fixture(context)).b
  const members = { ...claims(context, id), title: context.canary() }
  const send = (by: CheckContext, as: 'A' | 'B') => post(by, as, members, [key])
  const [ofB, ofA] = [await send(context, 'B'), await send(context, 'A')]
  const [b, a] = [taskIn(ofB), taskIn(ofA)]
  context.control(
    ofB.response?.status === 201 && b.id !== undefined,
    ofB,
    'B can create with a key',
  )
  return { key, members, send, ofA, ofB, a, b }
})

/** Its owner deletes it by two requests at once: whichever came first, and the other. */
const deletedTwice = async (context: CheckContext, id: string): Promise<[Exchange, Exchange]> => {
  const deed = taskOperations.filter(({ name }) => name === 'deleteTask')
  const both = [sendAll(context, deed, id), sendAll(context, deed, id)]
  const [one, other] = (await Promise.all(both)).map((it) => it.get('deleteTask')) as [
    Exchange,
    Exchange,
  ]
  return one.response?.status === 204 ? [one, other] : [other, one]
}

export const keys = checksOf(about, {
  'I-21': {
    promise: 'keeps the idempotency keys of users apart',
    severity: 'critical',
    record: 'ADR-0015',
    fix: 'make the owner a part of the key of every recorded answer',
    run: async (context) => {
      const { key, send, ofA, ofB, a, b } = await sharedKey(context)
      if (context.expectStatus(ofA, 201)) expectOwned(context, ofA, undefined)
      context.expect(a.id !== b.id, ofA, 'a task of its own')
      const replayed = headerOf(ofA.response, 'idempotency-replayed') === 'true'
      context.expect(!replayed, ofA, 'no replay')
      const json = newTask(context)
      const other = { method: 'POST', path: TASKS, as: 'A', json, headers: [key] } as const
      const reused = await context.send(asPage(context, other))
      context.expectProblem(reused, 'idempotency_key_reused')
      // A tag of its own body names no task.
      const tag = headerOf(reused.response, 'etag')
      const isTagged = [ofA, ofB].some(({ response }) => headerOf(response, 'etag') === tag)
      const named = headerOf(reused.response, 'location') ?? (isTagged ? tag : undefined)
      context.expect(!named, reused, 'a refusal that names no task')
      const again = await send(context, 'B')
      context.expect(taskIn(again).id === b.id, again, 'the first answer to B again')
      const longest: [string, string] = ['Idempotency-Key', context.canary().padEnd(KEY_MAX, 'k')]
      const complete = (as: 'A' | 'B') => {
        const path = `${TASKS}/${b.id}/complete`
        const json = { completed: true }
        return context.send({ method: 'PATCH', path, as, json, headers: [longest] })
      }
      context.expectStatus(await complete('B'), 200)
      const absent = (await missing(context)).get('completeTask') as Exchange
      expectAlike(context, await complete('A'), absent)
    },
  },
  'I-28': {
    promise: 'treats a deleted task as one that never was, while a replay still answers',
    severity: 'high',
    fix: 'delete the row itself, and keep recorded answers apart from it',
    run: async (context) => {
      const { send, ofA, a, members } = await sharedKey(context)
      context.control(ofA.response?.status === 201 && a.id !== undefined, ofA, 'A can create')
      const absent = await missing(context)
      const [deleted, late] = await deletedTwice(context, a.id as string)
      context.expectStatus(deleted, 204)
      const alike = taskOperations.filter(({ name }) => !name.startsWith('HEAD'))
      // To others by what reads it and what removes it.
      const some = [...alike.slice(0, 1), ...alike.slice(-1)]
      const elsewhere = ['getTask', 'completeTask', 'deleteTask']
      const owned = alike.filter(({ name }) => !elsewhere.includes(name))
      const [ofOwner, ofOther] = [
        await sendAll(context, owned, a.id as string),
        await sendAll(context, some, a.id as string, 'B'),
      ]
      // Its owner reads and completes another one that is gone: with a tag that it had, and with a key.
      const { gone, keyed } = await ending(context)
      const others = new Map([
        ['getTask', gone],
        ['completeTask', keyed],
        ['deleteTask', late],
      ])
      for (const heard of [ofOwner, ofOther, others])
        for (const [name, exchange] of heard)
          expectAlike(context, exchange, absent.get(name) as Exchange)
      const list = await context.send({ path: `${TASKS}?search=${members.title}`, as: 'A' })
      const none = totalIn(list) === 0 && idsIn(list).length === 0
      context.expect(none, list, 'found in no list')
      const replay = await send(context, 'A')
      const same = ['etag', 'location'].every(
        (name) => headerOf(replay.response, name) === headerOf(ofA.response, name),
      )
      const told = headerOf(replay.response, 'idempotency-replayed') === 'true'
      context.expectStatus(replay, 201)
      context.expect(
        taskIn(replay).id === a.id && same && told,
        replay,
        'the first answer, replayed',
      )
      context.expect(etagIn(replay) !== '"none"', replay, 'an ETag')
    },
  },
})
