import { setTimeout as delay } from 'node:timers/promises'
import {
  field,
  jsonOf,
  type ProxyRequest,
  type ProxyResponse,
  withBody,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { actingAsCreator, tokenOf } from '../../operators/credentials.ts'
import { subject } from '../../operators/identity.ts'
import { problem } from '../../operators/problems.ts'
import { onResponse, type Proxied } from '../../operators/proxy.ts'
import { calls, onTask, queryOf, taskId } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Longer than a busy machine takes. */
const SHOWING_MS = 200

type Change = (response: ProxyResponse, request: ProxyRequest) => ProxyResponse | undefined

/** Changes the answers about tasks that are, or were, somebody else's. */
const onForeign = (
  change: (response: ProxyResponse, request: ProxyRequest) => Promise<ProxyResponse>,
  isMeant: (isDeleted: boolean) => boolean = (isDeleted) => !isDeleted,
): Proxied => ({
  proxy: () => {
    const creators = new Map<string, string>()
    const deleted = new Set<string>()
    return async (request, pass) => {
      const response = await pass(request)
      const id = taskId(request.path) ?? ''
      const { id: made, user_id } = jsonOf(response)
      if (response.status === 201) creators.set(String(made), String(user_id))
      if (response.status === 204 && request.method === 'DELETE') deleted.add(id)
      const creator = creators.get(id)
      const isForeign = creator !== undefined && creator !== subject(tokenOf(request))
      return isForeign && response.status >= 400 && isMeant(deleted.has(id))
        ? change(response, request)
        : response
    }
  },
})

/** The same at once, where there is something to change. */
const answeringForeign = (change: Change) =>
  onForeign(async (response, request) => change(response, request) ?? response)

const isPut = calls('putTask')
const carries = (request: ProxyRequest, name: string) => field(request.headers, name) ?? ''
const changed = () => {
  const paths = new Set<string>()
  return (request: ProxyRequest) => {
    if (request.method === 'PATCH') paths.add(request.path)
    return request.method === 'GET' && paths.has(request.path)
  }
}

/** What tells another's task from a missing one beside the plain answer, and other ways to it. */
export const sidewaysMutants = [
  ...mutants('critical', ['I-28'], {
    'tells of a task of another that it was deleted': onForeign(
      async (response) =>
        withBody(response, { ...jsonOf(response), detail: 'There is no such task any more.' }),
      (isDeleted) => isDeleted,
    ),
  }),
  ...mutants('critical', ['I-20'], {
    'judges a tag that does not match against anybody’s task by PUT': answeringForeign(
      (response, request) =>
        isPut(request) && carries(request, 'if-match') === '"another"'
          ? problem(response, { status: 412, code: 'precondition_failed' })
          : undefined,
    ),
  }),
  ...mutants('critical', ['I-20', 'I-34'], {
    'judges a malformed tag against anybody’s task': answeringForeign((response, request) =>
      calls('updateTask', 'putTask')(request) && /^[^"*]+$/.test(carries(request, 'if-match'))
        ? problem(response, { status: 412, code: 'precondition_failed' })
        : undefined,
    ),
  }),
  ...mutants('critical', ['I-34'], {
    'breaks down at the key of a PUT where the task is another’s': answeringForeign(
      (response, request) =>
        isPut(request) && carries(request, 'idempotency-key')
          ? problem(response, { status: 500, code: 'internal_error' })
          : undefined,
    ),
    'shows anybody a task that was just changed': actingAsCreator(changed()),
    'lets anybody put a whole task': {
      caughtBy: ['I-38'],
      ...actingAsCreator(
        (request) =>
          onTask(/^(PATCH|PUT)$/)(request) &&
          ['title', 'tags', 'due_date'].every((name) => name in jsonOf(request)),
      ),
    },
  }),
  ...mutants('high', ['I-39'], {
    'takes its time where the task is another’s': onForeign(async (response) => {
      await delay(SHOWING_MS)
      return response
    }),
  }),
  ...mutants('high', ['I-10'], {
    'looks for the task before it judges the body of a PUT': {
      proxy: () => {
        const made = new Set<unknown>()
        return onResponse((response, request) => {
          if (response.status === 201) made.add(jsonOf(response).id)
          return response.status === 422 && isPut(request) && !made.has(taskId(request.path))
            ? problem(response, { status: 404, code: 'task_not_found' })
            : response
        }).proxy()
      },
    },
  }),
  ...mutants('critical', ['I-25'], {
    'keeps what a search found by its address': {
      proxy: () => {
        const kept = new Map<string, ProxyResponse>()
        return async (request, pass) => {
          if (request.method !== 'GET' || !queryOf(request.path).has('search')) return pass(request)
          const response = kept.get(request.path) ?? (await pass(request))
          if (response.status === 200) kept.set(request.path, response)
          return response
        }
      },
    },
  }),
  ...mutants('medium', ['I-21'], {
    'names the task where a key is used again': onResponse(
      (response) => withHeader(response, 'Location', '/api/v1/tasks/another'),
      ({ body }) => body.includes('idempotency_key_reused'),
    ),
  }),
]
