import { field, jsonOf, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { actingAsCreator } from '../../operators/credentials.ts'
import type { Proxied } from '../../operators/proxy.ts'
import { calls, onTask, taskId } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const names = ['title', 'description', 'completed', 'priority', 'due_date', 'tags']
const routes = { PATCH: calls('updateTask'), PUT: calls('putTask') }
const sentIn = (request: ProxyRequest) => Object.keys(jsonOf(request)).sort().join()

/** For each of these the owner is asked for in every change but one. */
const each = (
  all: readonly string[],
  does: (name: string) => string,
  isSent: (name: string, request: ProxyRequest) => boolean,
) =>
  Object.fromEntries(
    Object.entries(routes).flatMap(([method, isCalled]) =>
      all.map((name) => [
        `${does(name)} by ${method}`,
        actingAsCreator((request) => isCalled(request) && isSent(name, request)),
      ]),
    ),
  )

/** Shows anybody what was made with a key. */
const showingKeyed: Proxied = {
  proxy: () => {
    const keyed = new Set<string>()
    const acting = actingAsCreator(
      (request) => onTask(/^GET$/)(request) && keyed.has(taskId(request.path) ?? ''),
    ).proxy()
    return async (request, pass) => {
      const response = await acting(request, pass)
      const isKeyed = field(request.headers, 'idempotency-key') !== undefined
      if (response.status === 201 && isKeyed) keyed.add(String(jsonOf(response).id))
      return response
    }
  },
}

/** The owner forgotten where just so much of a task is sent, or for a task that came to be just so. */
export const memberMutants = mutants('critical', ['I'], {
  ...each(
    names,
    (name) => `lets anybody change ${name} alone`,
    (name, request) => sentIn(request) === name,
  ),
  ...each(
    ['of others'],
    (whose) => `shows any task to whoever sends members ${whose}`,
    (_, request) => sentIn(request) !== '' && names.every((name) => !(name in jsonOf(request))),
  ),
  'lets anybody change title and completed at once': actingAsCreator(
    (request) => routes.PATCH(request) && sentIn(request) === 'completed,title',
  ),
  'shows anybody what was made with a key': showingKeyed,
  'judges a malformed tag against anybody’s task to delete': actingAsCreator(
    (request) =>
      calls('deleteTask')(request) && /^[^"*]+$/.test(field(request.headers, 'if-match') ?? ''),
  ),
})
