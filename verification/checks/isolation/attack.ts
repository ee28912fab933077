import { TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { validBody } from '../../engine/valid-request.ts'
import { oncePerRun } from '../once-per-run.ts'
import { CONNECTION, fixture } from './fixture.ts'
import { type ByName, foreignCells, invalidOperations, taskOperations } from './operations.ts'

export interface Attack {
  /** as B read it before, and after all that follows */
  before: Exchange
  after: Exchange
  /** what A heard, by the name of the deed */
  foreign: ByName
  overridden: Exchange
}

const overrides: [string, string][] = [
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-HTTP-Method', 'DELETE'],
  ['X-Method-Override', 'DELETE'],
]

/** A does to one task of B whatever can be done, one after the other; then B looks. */
export const attack = oncePerRun(async (context): Promise<Attack> => {
  const { b } = await fixture(context)
  const path = `${TASKS}/${b.id}`
  const covers = (name: string) => foreignCells.filter(({ route }) => route.name === name)
  const shared = { path, connection: CONNECTION }
  const before = await context.send({ ...shared, as: 'B' })
  context.control(before.response?.status === 200, before, 'its owner can read the task')
  const asA = (request: HttpRequest) => context.send({ ...request, as: 'A' })
  const foreign = new Map([['getTask', await asA({ ...shared, covers: covers('getTask') })]])
  for (const { name, on } of [...invalidOperations, ...taskOperations])
    if (!foreign.has(name))
      foreign.set(name, await asA({ ...on(context, b.id), covers: covers(name) }))
  const overridden = await asA({
    method: 'POST',
    path: `${path}?_method=DELETE`,
    headers: overrides,
    json: { ...validBody(context), _method: 'DELETE' },
  })
  const after = await context.send({ path, as: 'B' })
  return { before, after, foreign, overridden }
})

/** B changes a task while A attacks it: the change and nothing else must be there at the end. A lists right behind it. */
export const contested = oncePerRun(async (context) => {
  const path = `${TASKS}/${(await fixture(context)).busy.id}`
  const takeover = { title: context.canary() }
  const change = { description: 'kept', completed: true }
  const changing = context.send({ method: 'PATCH', path, as: 'B', json: change })
  const [kept, listed, ...denied] = await Promise.all([
    changing,
    changing.then(() => context.send({ path: `${TASKS}/?per_page=100`, as: 'A' })),
    context.send({ method: 'PATCH', path, as: 'A', json: takeover }),
    // Which says nothing of any state: whoever judges it before the owner tells that there is a task.
    context.send({ method: 'DELETE', path, as: 'A', headers: [['If-Match', 'vrf']] }),
  ])
  return { kept, denied, listed, after: await context.send({ path, as: 'B' }) }
})
