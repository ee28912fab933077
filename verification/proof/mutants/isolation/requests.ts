import { field, jsonOf, type ProxyResponse } from '../../../../bootstrap/system/http-messages.ts'
import type { Owner } from '../../../../domain/owner.ts'
import { userNamedBy } from '../../operators/identity.ts'
import { mapJson, onRequest } from '../../operators/proxy.ts'
import { queryOf } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Keeps a member that is the server's to decide as the request names it. */
const keepingMember = (member: string, method: RegExp, status: number) =>
  mapJson(
    (json, request) => ({ ...json, [member]: jsonOf(request)[member] }),
    (response, request) =>
      response.status === status &&
      method.test(request.method) &&
      typeof jsonOf(request)[member] === 'string',
  )

/** Taking from a request, or from another request, who the owner is and what is the owner's. */
export const requestMutants = mutants('critical', ['I'], {
  'lets the query name the owner': userNamedBy(({ path }) => {
    const query = queryOf(path)
    return query.get('user_id') ?? query.get('owner')
  }),
  'creates for the owner that a query names': {
    caughtBy: ['V-09', 'V-12'],
    ...userNamedBy(({ method, path }) =>
      method === 'POST' ? queryOf(path).get('user_id') : undefined,
    ),
  },
  'creates for the owner that a header names': {
    caughtBy: ['V-09', 'V-12'],
    ...userNamedBy(({ method, headers }) =>
      method === 'POST' ? field(headers, 'x-on-behalf-of') : undefined,
    ),
  },
  'lets a change name the owner': {
    caughtBy: ['I-38'],
    ...userNamedBy((request) =>
      /PATCH|PUT/.test(request.method) ? (jsonOf(request).owner as string | undefined) : undefined,
    ),
  },
  'lets a header name the owner': {
    caughtBy: ['I-38'],
    ...userNamedBy(({ headers }) =>
      ['x-user-id', 'x-forwarded-user', 'x-on-behalf-of']
        .map((name) => field(headers, name))
        .find((it) => it !== undefined),
    ),
  },
  'keeps the owner that a new task names': keepingMember('user_id', /^POST$/, 201),
  'keeps the id that a new task names': keepingMember('id', /^POST$/, 201),
  'lets a change set created_at': {
    severity: 'high',
    caughtBy: ['I', 'V', 'D'],
    ...keepingMember('created_at', /PATCH|PUT/, 200),
  },
  'obeys method override': {
    does: 'obeys X-HTTP-Method-Override',
    caughtBy: ['I', 'A', 'X'],
    ...onRequest((request) => ({
      ...request,
      method: field(request.headers, 'x-http-method-override') ?? request.method,
    })),
  },
  'caches responses by path': {
    does: 'caches answers by their address',
    caughtBy: ['P-07'],
    proxy: () => {
      const cache = new Map<string, ProxyResponse>()
      return async (request, pass) => {
        if (request.method !== 'GET' || !/tasks\/.+/.test(request.path)) {
          cache.clear()
          return pass(request)
        }
        const response = cache.get(request.path) ?? (await pass(request))
        if (response.status === 200) cache.set(request.path, response)
        return response
      }
    },
  },
  'keeps lists for a moment by their address': {
    caughtBy: ['P-07'],
    proxy: () => {
      const cache = new Map<string, ProxyResponse>()
      return async (request, pass) => {
        const { method, path } = request
        if (method !== 'GET' || !/tasks(\?|$)/.test(path)) return pass(request)
        const response = cache.get(path) ?? (await pass(request))
        cache.set(path, response)
        setTimeout(() => cache.delete(path), 50).unref()
        return response
      }
    },
  },
  'keeps one current user for all requests': {
    caughtBy: ['I', 'A'],
    identity: (real) => {
      let current: Owner
      return {
        ownerOf: async (token) => {
          current = await real.ownerOf(token)
          await new Promise((resolve) => setImmediate(resolve))
          return current
        },
      }
    },
  },
})
