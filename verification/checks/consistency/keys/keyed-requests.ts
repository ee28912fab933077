import { randomUUID } from 'node:crypto'
import { type CheckContext, newTask, TASKS } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { asPage } from '../../pages.ts'
import { neverIssued, taskIn } from '../../tasks.ts'
import { type Rider, unheardBy } from '../conditions/condition.ts'
import { KEY_MAX, keyed } from './bad-keys.ts'

/** As long as may be, with what some store or header parser takes off, ends at or takes for something else. */
const longKey = (context: CheckContext): string =>
  `"${`${context.canary()},k:k;k=k/`.padEnd(KEY_MAX - 5, 'k')}%6b"`

/** Of what two bodies share, more than is compared by whoever keeps no digest of the whole. */
const LONG = 'longer than few compare '.repeat(80)

/** What is nearly the same key: each operation is tried by what only its end tells apart, the rest they share. */
const cutShort = (key: string) => `${key.slice(0, -1)}k`
const decoded = (key: string) => key.replace('%6b', 'k')
const near: Readonly<Record<'create' | 'complete', readonly ((key: string) => string)[]>> = {
  create: [cutShort, (key) => key.slice(1, -1), (key) => key.replaceAll('-', '_')],
  complete: [decoded, (key) => key.toUpperCase(), (key) => key.replaceAll('-', '')],
}

/** Written otherwise than where JSON is sent: no part of what a key is bound to. */
const TYPE: [string, string] = ['Content-Type', 'application/json; charset=utf-8']

/** One task is created with a key; then the same is sent with nearly that key, and nearly the same with the key. */
export const creations = oncePerRun(async (context) => {
  const key = longKey(context)
  const json = newTask(context, { description: LONG })
  const request = { method: 'POST', path: TASKS, as: 'A', json } as const
  const create = (sent: string, { headers, covers }: Partial<Rider> = {}) =>
    context.send({ ...keyed(request, sent, ...(headers ?? [])), ...(covers && { covers }) })
  const first = await create(key)
  if (first.response?.status === 422) context.expectStatus(first, 201)
  context.control(first.response?.status === 201, first, 'A can create with a key')
  const { json: _, ...bare } = request
  // The last byte alone is another.
  const extended = { ...bare, body: `${JSON.stringify(json)} ` }
  const [slashed, otherBytes, ...others] = await Promise.all([
    context.send(asPage(context, keyed({ ...request, path: `${TASKS}/` }, key, TYPE))),
    context.send(keyed(extended, key, ['Content-Type', 'application/json'])),
    ...near.create.map((change) => create(change(key), unheardBy('createTask', 'POST'))),
  ])
  const rival = context.canary()
  const rivals = await Promise.all(
    ['low', 'high'].map((priority) =>
      context.send(keyed({ ...request, json: { ...json, priority } }, rival)),
    ),
  )
  const createBy = (authorization: string) =>
    context.send({ ...keyed(request, key), authorization })
  return { key, create, createBy, id: idOf(first), first, slashed, otherBytes, others, rivals }
})

/** The id of the task that came back; where there is none, what follows is to fail. */
const idOf = (made: Exchange | undefined): string => (made && taskIn(made).id) ?? neverIssued()

const complete = (context: CheckContext, id: string, key: string, how: Completion = {}) => {
  const { json = { completed: true }, ending = '', tag } = how
  const path = `${TASKS}/${id}/complete${ending}`
  const headers: [string, string][] = tag ? [['If-Match', tag]] : []
  // The other media type of a change; with the first one keys are asked for elsewhere.
  headers.push(['Content-Type', 'application/merge-patch+json'])
  return context.send(keyed({ method: 'PATCH', path, as: 'A', json }, key, ...headers))
}

interface Completion {
  json?: object
  /** behind the path */
  ending?: string
  /** for If-Match */
  tag?: string
}

/** The task is completed with the key that it was created with, likewise; then it is deleted. */
export const completions = oncePerRun(async (context) => {
  const { key, id, others, create } = await creations(context)
  const another = idOf(others[0])
  const done = await complete(context, id, key)
  const [slashed, otherPath, otherBody, ...neighbours] = await Promise.all([
    complete(context, id, key, { ending: '/' }),
    complete(context, another, key),
    complete(context, id, key, { json: { completed: false } }),
    ...near.complete.map((change) => complete(context, id, change(key))),
  ])
  const own = { path: `${TASKS}/${id}`, as: 'A' } as const
  await context.send({ ...own, method: 'PATCH', json: { description: 'since then' } })
  const stale = await complete(context, id, key, { tag: '"none"' })
  await context.send({ ...keyed(own, key), method: 'DELETE' })
  const gone = [await complete(context, id, decoded(key)), await create(key)] as const
  // Under a type for the body that it has not, as clients in browsers send it.
  const type = ['Content-Type', 'application/json'] as const
  const removed = await context.send({ ...keyed(own, key, type), method: 'DELETE' })
  return { another, removed, done, slashed, otherPath, otherBody, neighbours, stale, gone }
})

/** One key for what fails in every way that it can, and at last for what does not. */
export const attempts = oncePerRun(async (context) => {
  const { another } = await completions(context)
  const key = context.canary()
  // Well formed, and of another kind than those that are issued.
  const absent = await complete(context, randomUUID(), key)
  const invalid = await complete(context, another, key, { json: { completed: 'true' } })
  const failed = await complete(context, another, key, { tag: '"none"' })
  // Whichever is the first: the other one waits, and runs itself where that has failed.
  const [rival, right] = await Promise.all([
    complete(context, another, key, { tag: '"none"' }),
    complete(context, another, key),
  ])
  return { absent, invalid, failed, rival, right }
})
