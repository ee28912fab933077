import type { CheckContext } from '../engine/check-context.ts'
import type { HttpRequest } from '../engine/http/exchange.ts'
import type { Route } from '../engine/matrix.ts'
import { asPage } from './pages.ts'

/**
 * Another shape of a request that asks the same and must get the same. A rule that is looked at in one shape is easily
 * forgotten in another: they are routed, parsed or answered by other lines of a program.
 */
interface Shape {
  name: string
  suits(route: Route): boolean
  /** `etag` is the tag that the task has, where one is known */
  of(request: HttpRequest, context: CheckContext, etag: string): HttpRequest
}

const always = () => true
const takes = (header: string) => (route: Route) =>
  route.operation.headers?.some((it) => it === header) === true
const withHeader = (request: HttpRequest, name: string, value: string): HttpRequest => ({
  ...request,
  headers: [...(request.headers ?? []), [name, value]],
})
const withQuery = (request: HttpRequest, parameter: string): HttpRequest => ({
  ...request,
  path: `${request.path}${request.path.includes('?') ? '&' : '?'}${parameter}`,
})

const shapes: readonly Shape[] = [
  {
    name: 'a slash at the end',
    suits: always,
    of: (request) => ({ ...request, path: request.path.replace(/(?=\?|$)/, '/') }),
  },
  { name: 'a query', suits: always, of: (request) => withQuery(request, 'vrf=1') },
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
    of: (request, context) => withHeader(request, 'Idempotency-Key', context.canary()),
  },
  {
    name: 'an If-None-Match',
    suits: takes('If-None-Match'),
    of: (request, _, etag) => withHeader(request, 'If-None-Match', etag),
  },
  {
    name: 'a merge patch',
    suits: ({ method, operation }) => method === 'PATCH' && operation.body !== undefined,
    of: (request) => withHeader(request, 'Content-Type', 'application/merge-patch+json'),
  },
  {
    name: 'chunks',
    suits: ({ operation }) => operation.body !== undefined,
    of: ({ json, ...request }) => ({
      ...withHeader(request, 'Content-Type', 'application/json'),
      body: JSON.stringify(json),
      chunked: true,
    }),
  },
]

/** One of the routes in one of the shapes that suit it. */
export interface Shaped {
  route: Route
  shape: Shape
}

/** Each route in each shape that suits it. */
export const inEveryShape = (over: readonly Route[]): readonly Shaped[] =>
  over.flatMap((route) =>
    shapes.filter((shape) => shape.suits(route)).map((shape) => ({ route, shape })),
  )
