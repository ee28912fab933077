import {
  field,
  jsonOf,
  type ProxyRequest,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { problem } from '../../operators/problems.ts'
import {
  emptied,
  mapHeader,
  mapJson,
  mapRequestHeader,
  onRequest,
  onResponse,
  ownResponse,
} from '../../operators/proxy.ts'
import { correctingQuery } from '../../operators/request.ts'
import { mutants } from '../mutant.ts'

const malformed = { status: 400, code: 'malformed_request', title: 'Bad Request' }
const unsupported = { status: 415, code: 'unsupported_media_type', title: 'Unsupported Media Type' }
/** Refuses some requests before they do anything. */
const refusing = (members: typeof malformed, when: (request: ProxyRequest) => boolean) => ({
  proxy: (): Interceptor => async (request, pass) => {
    if (!when(request)) return pass(request)
    // Whatever is judged before it still is: origin, method, token.
    const response = await pass({
      ...request,
      headers: [...request.headers, ['If-Match', '"none"']],
    })
    return response.status < 400 || response.status === 404 || response.status === 412
      ? problem(response, members)
      : response
  },
})

const repeated = /"(\w+)"\s*:(?:[^{}]*),\s*"\1"\s*:/
const tracing = ['traceparent', 'tracestate', 'baggage', 'sentry-trace']

/** A proxy that knows one name and answers all others itself. */
const routingByHost = (): Interceptor => async (request, pass) => {
  const host = field(request.headers, 'host') ?? ''
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)
    ? pass(request)
    : ownResponse(421, { 'Content-Type': 'text/html' }, `<h1>No site called ${host}</h1>`)
}

/** What the contract leaves open, done the other way. */
export const openVariants = mutants('low', [], {
  'leaves HEAD out of Allow': mapHeader('Allow', (allow) =>
    allow
      .split(', ')
      .filter((method) => method !== 'HEAD')
      .join(', '),
  ),
  'answers OPTIONS on unknown paths with 204': onResponse(
    (response) => withHeader(emptied(response, 204), 'Allow', 'GET, HEAD, OPTIONS'),
    ({ status }, { method, headers }) =>
      method === 'OPTIONS' && status === 404 && !field(headers, 'origin'),
  ),
  'refuses bodies where none is meant': refusing(
    malformed,
    ({ method, body }) => /GET|HEAD|DELETE/.test(method) && body.length > 0,
  ),
  'refuses bodies where none is meant for their type': refusing(
    unsupported,
    ({ method, body }) => /GET|HEAD|DELETE/.test(method) && body.length > 0,
  ),
  'takes the weak form of a tag for the tag': mapRequestHeader('if-match', (tags) =>
    tags.replaceAll(/W\/(?=")/g, ''),
  ),
  'says of first answers that they are no replay': onResponse(
    (response) => withHeader(response, 'Idempotency-Replayed', 'false'),
    ({ status, headers }, request) =>
      status < 300 &&
      field(request.headers, 'idempotency-key') !== undefined &&
      field(headers, 'idempotency-replayed') === undefined &&
      /POST|complete/.test(`${request.method} ${request.path}`),
  ),
  'takes priorities in several parameters': correctingQuery((query) => {
    const all = query.getAll('priority')
    if (all.length > 1) query.set('priority', all.join(','))
  }),
  'allows headers of tracing in preflights': mapHeader(
    'Access-Control-Allow-Headers',
    (names) => `${names}, ${tracing.join(', ')}`,
  ),
  'lies behind a proxy that routes by Host': { proxy: routingByHost },
  'refuses a member that is sent twice': refusing(
    malformed,
    ({ body }) => body.length < 2_000 && repeated.test(body.toString()),
  ),
  'judges a media type even where there is no body': refusing(
    unsupported,
    ({ method, headers, body }) =>
      /POST|PUT|PATCH/.test(method) &&
      body.length === 0 &&
      !/^application\/json/i.test(field(headers, 'content-type') ?? 'application/json'),
  ),
  'ignores how a query is encoded that it does not read': onRequest((request) =>
    /^\/(health|livez|$|\?)/.test(request.path) || request.method !== 'GET'
      ? { ...request, path: request.path.replaceAll(/%(?![0-9a-f]{2})/gi, '') }
      : request,
  ),
  'names one bad member at a time': mapJson(
    (json) => ({ ...json, errors: (json.errors as unknown[]).slice(0, 1) }),
    (response) => response.status === 422 && Array.isArray(jsonOf(response).errors),
  ),
  'takes whole numbers however they are written': correctingQuery((query) => {
    for (const name of ['page', 'per_page']) {
      const value = query.get(name)
      if (query.getAll(name).length === 1 && value && /^\+?\d+(\.0|e\d)?$/.test(value))
        query.set(name, `${Number(value)}`)
    }
  }),
  'forgives blanks in the list of priorities': correctingQuery((query) => {
    const value = query.get('priority')
    if (query.getAll('priority').length === 1 && value)
      query.set('priority', value.replaceAll(/(?<=,) +| +(?=,)/g, ''))
  }),
  'runs in development': {
    settings: {
      environment: 'development',
      docs: true,
      origins: ['http://localhost:3000', 'http://localhost:5173', 'http://127.0.0.1:5173'],
    },
    suite: { ALLOWED_ORIGINS: 'http://localhost:3000' },
    undecided: true,
  },
  'shows its documentation because it is told to': {
    settings: { docs: true },
    suite: { WAIVE: 'X-01' },
  },
})
