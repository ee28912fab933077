import type { CheckContext } from '../engine/check-context.ts'
import type { HttpRequest } from '../engine/http/exchange.ts'
import type { Route } from '../engine/matrix.ts'
import { asPage } from './pages.ts'
import { claimsOfAnother, unheard } from './untrusted.ts'

/**
 * Another shape of a request that asks the same and must get the same. A rule that is looked at in one shape is easily
 * forgotten in another: they are routed, parsed or answered by other lines of a program.
 */
export interface Shape {
  name: string
  suits(route: Route): boolean
  /** whether it is sent apart from the other shapes */
  alone?: true
  /** whether there is nothing of it without a body */
  ofBody?: true
  /** whether the contract lets a server refuse it as a request that it does not understand */
  refusable?: true
  /** `etag` is the tag that the task has, where one is known */
  of(request: HttpRequest, context: CheckContext, etag: string): HttpRequest
}

/** By name: who somebody is may be said in them, and is believed of nobody. */
export const OF_HEADERS = 'headers that have no say'
/** By name: it makes the path another one to whoever compares paths. */
export const A_SLASH = 'a slash at the end'

const always = () => true
/** Whether an operation has this header in the contract. */
export const takes = (header: string) => (route: Route) =>
  route.operation.headers?.some((it) => it === header) === true
export const withHeaders = (
  request: HttpRequest,
  ...headers: (readonly [string, string])[]
): HttpRequest => ({ ...request, headers: [...(request.headers ?? []), ...headers] })
const isTyped = ({ headers = [] }: HttpRequest) => headers.some(([name]) => name === 'Content-Type')
/** The same JSON in chunks. */
export const inChunks = ({ json, ...request }: HttpRequest): HttpRequest => ({
  ...(isTyped(request) ? request : withHeaders(request, ['Content-Type', 'application/json'])),
  body: JSON.stringify(json),
  chunked: true,
})
export const withQuery = (request: HttpRequest, parameter: string): HttpRequest => ({
  ...request,
  path: `${request.path}${request.path.includes('?') ? '&' : '?'}${parameter}`,
})

const asQuery = (pairs: [string, string][]) => `${new URLSearchParams(pairs)}`

/** The id that the path names, by other names. */
const namedAgain = ({ path }: HttpRequest): [string, string][] => {
  const [, id] = /\/tasks\/([^/?]+)/.exec(path) ?? []
  return id ? ['id', 'task_id', 'taskId'].map((name) => [name, id]) : []
}

export const shapes: readonly Shape[] = [
  {
    name: A_SLASH,
    suits: always,
    of: (request) => ({ ...request, path: request.path.replace(/(?=\?|$)/, '/') }),
  },
  {
    name: 'a query',
    suits: always,
    of: (request, context) =>
      withQuery(
        request,
        `${asQuery([...claimsOfAnother(context, 'query'), ...namedAgain(request)])}&path=/health`,
      ),
  },
  {
    name: OF_HEADERS,
    suits: always,
    of: (request, context) =>
      withHeaders(request, ...unheard, ...claimsOfAnother(context, 'headers')),
  },
  {
    name: 'a cursor',
    suits: ({ operation }) => operation.query !== undefined,
    of: (request) => withQuery(request, 'cursor=vrf'),
  },
  {
    name: 'an allowed origin',
    suits: always,
    of: (request, context) => asPage(context, request),
  },
  {
    name: 'an Idempotency-Key',
    suits: takes('Idempotency-Key'),
    of: (request, context) => withHeaders(request, ['Idempotency-Key', context.canary()]),
  },
  {
    name: 'an If-None-Match',
    suits: (route) => route.method !== 'HEAD' && takes('If-None-Match')(route),
    alone: true,
    of: (request, _, etag) => withHeaders(request, ['If-None-Match', etag]),
  },
  {
    name: 'a merge patch',
    suits: ({ method, operation }) => method === 'PATCH' && operation.body !== undefined,
    ofBody: true,
    of: (request) => withHeaders(request, ['Content-Type', 'application/merge-patch+json']),
  },
  {
    name: 'a type without a body',
    suits: ({ operation }) => operation.body === undefined,
    of: (request) => withHeaders(request, ['Content-Type', 'application/json']),
  },
  {
    name: 'a body that names another owner',
    suits: ({ operation }) => operation.body !== undefined,
    ofBody: true,
    of: (request, context) => ({
      ...request,
      json: { ...Object(request.json), ...Object.fromEntries(claimsOfAnother(context, 'body')) },
    }),
  },
  {
    name: 'chunks',
    suits: ({ operation }) => operation.body !== undefined,
    ofBody: true,
    of: inChunks,
  },
  {
    name: 'HTTP/1.0',
    suits: ({ method }) => method === 'GET',
    refusable: true,
    of: (request) => ({ ...request, raw: true, version: '1.0' }),
  },
  {
    name: 'a body without a meaning',
    suits: ({ method }) => method === 'DELETE',
    refusable: true,
    of: (request) => ({ ...request, json: { completed: true } }),
  },
]
