import type { CheckContext } from '../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../engine/http/exchange.ts'
import type { Route } from '../engine/matrix.ts'
import { asPage } from './pages.ts'

/**
 * Another shape of a request that asks the same and must get the same. A rule that is looked at in one shape is easily
 * forgotten in another: they are routed, parsed or answered by other lines of a program.
 */
export interface Shape {
  name: string
  suits(route: Route): boolean
  /** whether it is sent apart from the other shapes */
  alone?: true
  /** whether the contract lets a server refuse it as a request that it does not understand */
  refusable?: true
  /** `etag` is the tag that the task has, where one is known */
  of(request: HttpRequest, context: CheckContext, etag: string): HttpRequest
}

/** By name: who somebody is may be said in them, and is believed of nobody. */
export const OF_HEADERS = 'headers that have no say'

const always = () => true
const takes = (header: string) => (route: Route) =>
  route.operation.headers?.some((it) => it === header) === true
const withHeader = (request: HttpRequest, name: string, value: string): HttpRequest => ({
  ...request,
  headers: [...(request.headers ?? []), [name, value]],
})
const isTyped = ({ headers = [] }: HttpRequest) => headers.some(([name]) => name === 'Content-Type')
export const withQuery = (request: HttpRequest, parameter: string): HttpRequest => ({
  ...request,
  path: `${request.path}${request.path.includes('?') ? '&' : '?'}${parameter}`,
})

/** Where a service, or a proxy that it trusts, may look for the owner; and where it may be told to look away. */
const claimsOfQuery = [
  ...['vrf', 'user_id', 'userId', 'user', 'owner', 'owner_id', 'sub', 'userId[]', 'filter[owner]'],
]
const claimsOfBody = ['user_id', 'userId', 'owner']
const claimsOfHeaders = [
  ...['X-User-Id', 'X-User', 'X-Owner', 'X-Owner-Id', 'X-Forwarded-User', 'X-Auth-Request-User'],
  ...['X-Original-User', 'X-Authenticated-User'],
  ...['Remote-User', 'X-Remote-User', 'X-On-Behalf-Of', 'X-Impersonate-User', 'X-Act-As'],
]
const unheard = [
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Client-IP', '127.0.0.1'],
  ['X-HTTP-Method-Override', 'GET'],
  // CVE-2025-29927: what a framework tells itself, believed from anybody.
  ['X-Middleware-Subrequest', Array(5).fill('middleware').join(':')],
  ...['X-Internal', 'X-Internal-Request', 'X-Admin', 'X-Debug', 'X-Bypass', 'X-Skip-Auth'].map(
    (name) => [name, '1'] as const,
  ),
  // A path that needs no token, for whoever guards one path and serves another.
  ['X-Original-URL', '/health'],
  ['X-Rewrite-URL', '/health'],
  ['X-Forwarded-Uri', '/health'],
  ['User-Agent', 'kube-probe/1.33'],
  ['Accept', 'text/html'],
  ['Referer', 'https://elsewhere.example/'],
  ['Sec-Fetch-Site', 'cross-site'],
  // Of a preflight, which this is not.
  ['Access-Control-Request-Method', 'PUT'],
] as const

/** Each in the name of B, to whom nothing belongs that is asked for, or all of it. */
const others = ({ settings: { users } }: CheckContext, names: readonly string[]) =>
  names.map((name): [string, string] => [name, users?.b.subject ?? 'vrf'])
const asQuery = (pairs: [string, string][]) => `${new URLSearchParams(pairs)}`

const shapes: readonly Shape[] = [
  {
    name: 'a slash at the end',
    suits: always,
    of: (request) => ({ ...request, path: request.path.replace(/(?=\?|$)/, '/') }),
  },
  {
    name: 'a query',
    suits: always,
    of: (request, context) =>
      withQuery(request, `${asQuery(others(context, claimsOfQuery))}&path=/health`),
  },
  {
    name: OF_HEADERS,
    suits: always,
    of: (request, context) => ({
      ...request,
      headers: [
        ...(request.headers ?? []),
        ...unheard,
        ...others(context, claimsOfHeaders).filter(([, value]) => /^[!-~]+$/.test(value)),
      ],
    }),
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
    of: (request, context) => withHeader(request, 'Idempotency-Key', context.canary()),
  },
  {
    name: 'an If-None-Match',
    suits: (route) => route.method !== 'HEAD' && takes('If-None-Match')(route),
    alone: true,
    of: (request, _, etag) => withHeader(request, 'If-None-Match', etag),
  },
  {
    name: 'a merge patch',
    suits: ({ method, operation }) => method === 'PATCH' && operation.body !== undefined,
    of: (request) => withHeader(request, 'Content-Type', 'application/merge-patch+json'),
  },
  {
    name: 'a body that names another owner',
    suits: ({ operation }) => operation.body !== undefined,
    of: (request, context) => ({
      ...request,
      json: { ...Object(request.json), ...Object.fromEntries(others(context, claimsOfBody)) },
    }),
  },
  {
    name: 'chunks',
    suits: ({ operation }) => operation.body !== undefined,
    of: ({ json, ...request }) => ({
      ...(isTyped(request) ? request : withHeader(request, 'Content-Type', 'application/json')),
      body: JSON.stringify(json),
      chunked: true,
    }),
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

/** RFC 9110 §15.5.22, §15.6.6 for an old version. */
const REFUSALS: readonly (number | undefined)[] = [400, 413, 415, 426, 505]

/** A route in one of the shapes that suit it, or in several at once. */
export interface Shaped extends Pick<Shape, 'of'> {
  route: Route
  /** of the shapes, each by itself a cell of the matrix; none is the plain request */
  names: readonly string[]
  shapes: readonly Shape[]
}

const inShapes = (route: Route, chosen: readonly Shape[]): Shaped => ({
  route,
  names: chosen.map(({ name }) => name),
  shapes: chosen,
  of: (request, context, etag) =>
    chosen.reduce((whole, shape) => shape.of(whole, context, etag), request),
})

/**
 * Each route in all the shapes that suit it at once, since a rule that holds so is forgotten in none of them; but for
 * those that somebody may answer from what is kept for just this path. `more` are shapes of one check.
 */
export const inAllShapes = (
  over: readonly Route[],
  more: readonly Shape[] = [],
): readonly Shaped[] =>
  over.flatMap((route) => {
    const suiting = [...shapes, ...more].filter((shape) => shape.suits(route))
    const together = suiting.filter(({ alone }) => !alone)
    const apart = suiting.filter(({ alone }) => alone)
    return [inShapes(route, together), ...apart.map((shape) => inShapes(route, [shape]))]
  })

/** One route in every shape that no server may refuse, those included that are otherwise sent apart. */
export const inEveryShape = (route: Route): Shaped =>
  inShapes(
    route,
    shapes.filter((shape) => shape.suits(route) && !shape.refusable),
  )

/** What was sent in some shapes, with its answer. */
export interface Asked {
  shaped: Shaped
  exchange: Exchange
}

/**
 * Sends it, and where the answer is not right plainly and in each of its shapes alone, so that the report names what
 * matters. Resolves with what is to be judged.
 */
export const askShaped = async (
  shaped: Shaped,
  send: (shaped: Shaped) => Promise<Exchange>,
  isRight: (exchange: Exchange) => boolean,
): Promise<readonly Asked[]> => {
  const whole = { shaped, exchange: await send(shaped) }
  const { route } = shaped
  if (isRight(whole.exchange)) return [whole]
  const demanded = shaped.shapes.filter(({ refusable }) => !refusable)
  if (demanded.length < shaped.shapes.length && REFUSALS.includes(whole.exchange.response?.status))
    return askShaped(inShapes(route, demanded), send, isRight)
  if (shaped.shapes.length === 1) return [whole]
  const apart = await Promise.all(
    [[], ...shaped.shapes.map((shape) => [shape])].map(async (chosen) => {
      const alone = inShapes(route, chosen)
      return { shaped: alone, exchange: await send(alone) }
    }),
  )
  const wrong = apart.filter(({ exchange }) => !isRight(exchange))
  return wrong.length > 0 ? wrong : [whole]
}
