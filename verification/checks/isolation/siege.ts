import {
  type Operation,
  operationIds,
  operations,
} from '../../../adapters/http/contract/contract.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { etagIn, neverIssued } from '../tasks.ts'
import { estate } from './estate.ts'

/** One connection for all users: what is kept by connection or by address must not cross. */
export const CONNECTION = 'isolation'

/** Something that can be asked of an id. */
export interface Deed {
  name: string
  on(id: string, title: string): HttpRequest
}

/** Valid for every operation that takes a body: members that it does not know are ignored. */
const takeover = (title: string) => ({ title, completed: true, priority: 'high' })

const deedOf = (name: string, { method, path, body }: Operation): Deed => ({
  name,
  on: (id, title) => ({
    method,
    path: path.replaceAll(/\{\w+\}/g, id),
    ...(body && { json: takeover(title) }),
  }),
})

/** Every operation of the contract that names an id, tomorrow's too; reading first and deleting last. */
export const deeds: readonly Deed[] = [
  ...operationIds
    .map((name) => ({ name, operation: operations[name] as Operation }))
    .filter(({ operation }) => operation.path.includes('{'))
    .map(({ name, operation }) => deedOf(name, operation)),
  { name: 'headTask', on: (id: string) => ({ method: 'HEAD', path: `${TASKS}/${id}` }) },
].sort((one, other) => rank(one) - rank(other))

function rank({ name }: Deed): number {
  return ['getTask', 'headTask'].includes(name) ? 0 : name === 'deleteTask' ? 2 : 1
}

/** What would be answered differently by a server that looks at the request before it looks for the task. */
export const oddities: readonly Deed[] = [
  {
    name: 'an invalid body',
    on: (id) => ({ method: 'PATCH', path: `${TASKS}/${id}`, json: { title: '' } }),
  },
  {
    name: 'an If-Match that cannot match',
    on: (id) => ({
      method: 'PATCH',
      path: `${TASKS}/${id}/complete`,
      headers: [['If-Match', '"another"']],
    }),
  },
  {
    name: 'a body that is not JSON',
    on: (id) => ({
      method: 'PUT',
      path: `${TASKS}/${id}`,
      headers: [['Content-Type', 'text/plain']],
      body: 'title=x',
    }),
  },
]

type ByName = ReadonlyMap<string, Exchange>

/** A does all of it to one id at once. */
export const doAll = async (
  context: CheckContext,
  all: readonly Deed[],
  id: string,
): Promise<ByName> => {
  const pairs = all.map(
    async (deed) =>
      [deed.name, await context.send({ ...deed.on(id, context.canary()), as: 'A' })] as const,
  )
  return new Map(await Promise.all(pairs))
}

/** What A hears of an id that never was: the measure for everything else. */
export const missing = oncePerRun((context) =>
  doAll(context, [...deeds, ...oddities], neverIssued()),
)

export interface Siege {
  /** as B read it before, and after all that follows */
  before: Exchange
  after: Exchange
  /** what A heard, by the name of the deed */
  foreign: ByName
  /** with what A cannot know, the entity tag that B was given */
  knownUnread: Exchange
  knownWrite: Exchange
  knownRemoval: Exchange
  overridden: Exchange
}

const overrides: [string, string][] = [
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-HTTP-Method', 'DELETE'],
  ['X-Method-Override', 'DELETE'],
]

/** A does to one task of B whatever can be done, one after the other; then B looks. */
export const siege = oncePerRun(async (context): Promise<Siege> => {
  const { b } = await estate(context)
  const path = `${TASKS}/${b.id}`
  // Of this run, so that it is cleared up even where it could be written.
  const title = context.canary()
  const read = (as: 'A' | 'B') => context.send({ path, as, connection: CONNECTION })
  const before = await read('B')
  context.control(before.response?.status === 200, before, 'its owner can read the task')
  const foreign = new Map([['getTask', await read('A')]])
  const asA = (request: HttpRequest) => context.send({ ...request, as: 'A' })
  const known = etagIn(before)
  const knownUnread = await asA({ path, headers: [['If-None-Match', known]] })
  const headers: [string, string][] = [['If-Match', known]]
  const knownWrite = await asA({ method: 'PATCH', path, headers, json: takeover(title) })
  const knownRemoval = await asA({ method: 'DELETE', path, headers: [['If-Match', '"another"']] })
  for (const { name, on } of [...oddities, ...deeds])
    if (!foreign.has(name)) foreign.set(name, await asA(on(b.id, title)))
  const overridden = await asA({
    method: 'POST',
    path: `${path}?_method=DELETE`,
    headers: overrides,
    json: { ...takeover(title), _method: 'DELETE' },
  })
  const after = await context.send({ path, as: 'B' })
  return { before, after, foreign, knownUnread, knownWrite, knownRemoval, overridden }
})
