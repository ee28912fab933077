import { operationIds, operations } from '../../../adapters/http/contract/contract.ts'
import type { Operation } from '../../../adapters/http/contract/operation.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { neverIssued } from '../tasks.ts'

/** Something that can be asked of an id. */
interface TaskOperation {
  name: string
  on(id: string, title: string): HttpRequest
}

/** Valid for every operation that takes a body: members that it does not know are ignored. */
export const takeover = (title: string) => ({ title, completed: true, priority: 'high' })

const taskOperation = (name: string, { method, path, body }: Operation): TaskOperation => ({
  name,
  on: (id, title) => ({
    method,
    path: path.replaceAll(/\{\w+\}/g, id),
    ...(body && { json: takeover(title) }),
  }),
})

/** Every operation of the contract that names an id, tomorrow's too; reading first and deleting last. */
export const taskOperations: readonly TaskOperation[] = [
  ...operationIds
    .map((name) => ({ name, operation: operations[name] as Operation }))
    .filter(({ operation }) => operation.path.includes('{'))
    .map(({ name, operation }) => taskOperation(name, operation)),
  { name: 'headTask', on: (id: string) => ({ method: 'HEAD', path: `${TASKS}/${id}` }) },
].sort((one, other) => rank(one) - rank(other))

function rank({ name }: TaskOperation): number {
  return ['getTask', 'headTask'].includes(name) ? 0 : name === 'deleteTask' ? 2 : 1
}

/** What would be answered differently by a server that looks at the request before it looks for the task. */
export const invalidOperations: readonly TaskOperation[] = [
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

export type ByName = ReadonlyMap<string, Exchange>

/** A does all of it to one id at once. */
export const sendAll = async (
  context: CheckContext,
  all: readonly TaskOperation[],
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
  sendAll(context, [...taskOperations, ...invalidOperations], neverIssued()),
)
