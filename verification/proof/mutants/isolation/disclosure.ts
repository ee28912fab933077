import {
  field,
  jsonOf,
  type ProxyResponse,
  withBody,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { Fault } from '../../../../domain/fault.ts'
import { changeProblem } from '../../operators/problems.ts'
import { emptied, mapTask, onResponse, withJson } from '../../operators/proxy.ts'
import { crossingOwners } from '../../operators/store.ts'
import { taskId } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Changes the 404 for a task that exists but is another's. */
const foreignTaskAs = (change: (response: ProxyResponse) => ProxyResponse) => {
  const created = new Set<string>()
  return onResponse((response, { method, path }) => {
    if (method === 'POST' && response.status === 201) created.add(String(jsonOf(response).id))
    return response.status === 404 && created.has(taskId(path) ?? '') ? change(response) : response
  })
}

const refusingForeignCondition = (method: 'update' | 'remove') =>
  crossingOwners((mine, { holding }) => {
    const assertOwn = async (id: string, condition: unknown) => {
      if (condition && !(await mine.get(id)) && (await holding(id)?.get(id)))
        throw new Fault('precondition_failed')
    }
    const update: typeof mine.update = async (id, change, condition) => {
      await assertOwn(id, condition)
      return mine.update(id, change, condition)
    }
    const remove: typeof mine.remove = async (id, condition) => {
      await assertOwn(id, condition)
      return mine.remove(id, condition)
    }
    return method === 'update' ? { update } : { remove }
  })

/** Telling a foreign task from a missing one, or more of a task than is to be told. */
export const disclosureMutants = mutants('high', ['I'], {
  'answers 403 for foreign tasks': {
    does: 'answers 403 for what belongs to another',
    ...foreignTaskAs((response) => ({ ...response, status: 403 })),
  },
  'words the 404 for a foreign task otherwise': foreignTaskAs((response) =>
    withBody(response, { ...jsonOf(response), detail: 'This task is not yours.' }),
  ),
  'names a cache with the 404 for a foreign task': {
    caughtBy: ['I-39'],
    ...foreignTaskAs((response) => withHeader(response, 'X-Cache', 'MISS')),
  },
  'sends the ETag with the 404 for a foreign task': foreignTaskAs((response) =>
    withHeader(response, 'ETag', '"1"'),
  ),
  'sends one header more with the 404 for a foreign task': foreignTaskAs((response) =>
    withHeader(response, 'X-Record-Status', 'found'),
  ),
  'answers a foreign precondition with 412': refusingForeignCondition('update'),
  'answers a foreign deletion with 412 under If-Match': refusingForeignCondition('remove'),
  'answers 304 before it looks for the owner': {
    proxy: () => {
      const tags = new Map<string, string>()
      return onResponse((response, { path, headers }) => {
        const tag = field(response.headers, 'etag')
        const id = String(jsonOf(response).id ?? taskId(path))
        if (tag) tags.set(id, tag)
        const known = tags.get(id)
        if (response.status !== 404 || !known || field(headers, 'if-none-match') !== known)
          return response
        return withHeader(emptied(response, 304), 'ETag', known)
      }).proxy()
    },
  },
  'fails on malformed ids': {
    caughtBy: ['I', 'G', 'V'],
    ...changeProblem(
      { status: 500, title: 'Internal Server Error', code: 'internal_error' },
      ({ status }, { path }) => {
        const id = taskId(path)
        return status === 404 && id !== undefined && !/^[0-9a-f-]{36}$/.test(id)
      },
    ),
  },
  'tells more of a task than it should': {
    severity: 'medium',
    caughtBy: ['I', 'G'],
    ...mapTask((json) => ({ ...json, owner_email: 'someone@example.org' })),
  },
  'accepts a cursor of another owner': {
    severity: 'critical',
    proxy: () => {
      const cursors = new Set<string>()
      return onResponse((response, { path }) => {
        const next = /cursor=([^&>]+)/.exec(field(response.headers, 'link') ?? '')?.[1]
        if (next) cursors.add(next)
        const cursor = /cursor=([^&]+)/.exec(path)?.[1]
        if (response.status !== 422 || !cursor || !cursors.has(cursor)) return response
        return withJson(response, { tasks: [], per_page: 20 })
      }).proxy()
    },
  },
})
