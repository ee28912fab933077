import { type CheckContext, newTask, TASKS } from '../../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../../engine/http/exchange.ts'
import { type Cell, cellsOf, ownerRoutes, type Route } from '../../../engine/matrix.ts'
import { validRequest } from '../../../engine/valid-request.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { asPage } from '../../pages.ts'
import { neverIssued, taskIn } from '../../tasks.ts'

const KEY_MAX = 255

/** As long as may be, with what some store or header parser takes off or takes for something else. */
const longKey = (context: CheckContext): string => `"${context.canary().padEnd(KEY_MAX - 2, 'k')}"`

/** What is nearly the same key. */
const near: readonly ((key: string) => string)[] = [
  (key) => `${key.slice(0, -2)}m"`,
  (key) => key.toUpperCase(),
  (key) => key.slice(1, -1),
  (key) => key.replaceAll('-', ''),
  (key) => key.replaceAll('-', '_'),
]

const keyed = (request: HttpRequest, key: string, ...more: [string, string][]): HttpRequest => ({
  ...request,
  headers: [['Idempotency-Key', key], ...more],
})

/** One task is created with a key; then the same is sent with nearly that key, and nearly the same with the key. */
export const creations = oncePerRun(async (context) => {
  const key = longKey(context)
  const json = newTask(context)
  const request = { method: 'POST', path: TASKS, as: 'A', json } as const
  const create = (sent: string) => context.send(keyed(request, sent))
  const first = await create(key)
  context.control(first.response?.status === 201, first, 'A can create with a key')
  const { json: _, ...bare } = request
  const indented = { ...bare, body: JSON.stringify(json, null, 1) }
  const [slashed, otherBytes, ...others] = await Promise.all([
    context.send(asPage(context, keyed({ ...request, path: `${TASKS}/` }, key))),
    context.send(keyed(indented, key, ['Content-Type', 'application/json'])),
    ...near.map((change) => create(change(key))),
  ])
  return { key, create, id: idOf(first), first, slashed, otherBytes, others }
})

/** The id of the task that came back; where there is none, what follows is to fail. */
const idOf = (made: Exchange | undefined): string => (made && taskIn(made).id) ?? neverIssued()

const complete = (context: CheckContext, id: string, key: string, how: Completion = {}) => {
  const { json = { completed: true }, ending = '', tag } = how
  const path = `${TASKS}/${id}/complete${ending}`
  const conditions: [string, string][] = tag ? [['If-Match', tag]] : []
  return context.send(keyed({ method: 'PATCH', path, as: 'A', json }, key, ...conditions))
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
    ...near.map((change) => complete(context, id, change(key))),
  ])
  const own = { path: `${TASKS}/${id}`, as: 'A' } as const
  await context.send({ ...own, method: 'PATCH', json: { description: 'since then' } })
  const stale = await complete(context, id, key, { tag: '"none"' })
  await context.send({ ...own, method: 'DELETE' })
  const gone = [await complete(context, id, key), await create(key)] as const
  return { another, done, slashed, otherPath, otherBody, neighbours, stale, gone }
})

/** One key for what fails in every way that it can, and at last for what does not. */
export const attempts = oncePerRun(async (context) => {
  const { another } = await completions(context)
  const key = context.canary()
  const absent = await complete(context, neverIssued(), key)
  const invalid = await complete(context, another, key, { json: { completed: 'true' } })
  const failed = await complete(context, another, key, { tag: '"none"' })
  const right = await complete(context, another, key)
  return { absent, invalid, failed, right }
})

const takesKey = ({ operation }: Route) => operation.headers?.includes('Idempotency-Key') === true

const TOO_LONG = 'k'.repeat(KEY_MAX + 1)
const BEYOND_ASCII = 'clé'

/** No key at all by the contract: 1 to 255 visible ASCII characters. */
const badKeys = {
  'no character': '',
  'a blank': 'a b',
  'a letter beyond ASCII': BEYOND_ASCII,
  'too many characters': TOO_LONG,
}

export const badlyKeyed = ownerRoutes
  .filter(takesKey)
  .flatMap((route) => Object.entries(badKeys).map(([name, key]) => ({ route, name, key })))

export const badKeyCell = ({ route, name }: { route: Route; name: string }): Cell => ({
  ...{ route, dimension: 'key' },
  value: `a key with ${name}`,
})

export const refusals = oncePerRun(async (context) => {
  const { another } = await completions(context)
  return Promise.all(
    badlyKeyed.map((it) => {
      const request = { ...validRequest(context, it.route, another), as: 'A' } as const
      // What a header may hold is for the parser to say first.
      const beyond = it.key === BEYOND_ASCII && { parserMayRefuse: true }
      return context.send({ ...keyed(request, it.key), ...beyond, covers: [badKeyCell(it)] })
    }),
  )
})

const unkeyed = ownerRoutes.filter((route) => !takesKey(route))
export const unkeyedCells = cellsOf('key', unkeyed, ['a key that has no say'])

/** Where keys have no say: one key for several changes, and one that is none for everything. */
export const elsewhere = oncePerRun(async (context) => {
  const { key, others } = await creations(context)
  const id = idOf(others[1])
  const send = (route: Route, sent: string, more: Partial<HttpRequest> = {}) => {
    const covers = unkeyedCells.filter((cell) => cell.route === route)
    const request = { ...validRequest(context, route, id), as: 'A', ...more } as const
    return context.send({ ...keyed(request, sent), covers })
  }
  const written: { priority: string; exchange: Exchange }[] = []
  for (const route of unkeyed.filter(({ operation }) => operation.body))
    for (const [priority, sent] of Object.entries({ low: key, medium: key, high: TOO_LONG }))
      written.push({ priority, exchange: await send(route, sent, { json: { priority } }) })
  const bodiless = unkeyed.filter(({ operation }) => !operation.body)
  const isReading = ({ method }: Route) => ['GET', 'HEAD'].includes(method)
  const read = await Promise.all(bodiless.filter(isReading).map((it) => send(it, TOO_LONG)))
  const removed = await Promise.all(
    bodiless.filter((route) => !isReading(route)).map((it) => send(it, TOO_LONG)),
  )
  return { written, read, removed }
})
