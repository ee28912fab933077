import type { ProblemCode } from '../../../../adapters/http/contract/problems.ts'
import {
  field,
  jsonOf,
  type ProxyRequest,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import {
  hasStatus,
  onResponse,
  type Proxied,
  removeHeader,
  setHeader,
  withoutCors,
} from '../../operators/proxy.ts'
import { calls, isPreflight, only } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const isAt = (pattern: RegExp) => (request: ProxyRequest) => pattern.test(request.path)
const isPreflightAt = (pattern: RegExp) => (request: ProxyRequest) =>
  isPreflight(request) && isAt(pattern)(request)
const asksForPut = (request: ProxyRequest) =>
  isPreflight(request) && field(request.headers, 'access-control-request-method') === 'PUT'

const servingAnybody: Proxied = {
  proxy: () => async (request, pass) => {
    const response = await pass(request)
    return response.status === 403 ? pass(withHeader(request, 'Origin')) : response
  },
}

/** All that a caller can bring about by what it sends. */
const codes: readonly ProblemCode[] = [
  ...(['malformed_request', 'token_missing', 'token_malformed', 'token_invalid'] as const),
  ...(['token_expired', 'task_not_found', 'route_not_found', 'method_not_allowed'] as const),
  ...(['precondition_failed', 'body_too_large', 'unsupported_media_type'] as const),
  ...(['validation_failed', 'idempotency_key_reused'] as const),
]

/** What pages may read of every refusal but one. */
export const someCodeMutants = mutants(
  'high',
  ['C-04', 'G-16'],
  Object.fromEntries(
    codes.map((code) => [
      `forgets CORS on ${code}`,
      onResponse(withoutCors, (response) => jsonOf(response).code === code),
    ]),
  ),
)

/** What browsers are told everywhere but on one operation, status or preflight. */
export const someAnswerMutants = mutants('high', ['C', 'G'], {
  'grants no credentials on 412': removeHeader('Access-Control-Allow-Credentials', hasStatus(412)),
  'exposes nothing where a task is created': only(
    calls('createTask'),
    removeHeader('Access-Control-Expose-Headers'),
  ),
  'forgets CORS where a task is deleted': only(calls('deleteTask'), onResponse(withoutCors)),
  'forgets CORS where a completion is refused': only(
    calls('completeTask'),
    onResponse(withoutCors, hasStatus(422)),
  ),
  'tells refused origins on /livez what is exposed': only(
    isAt(/^\/livez/),
    setHeader('Access-Control-Expose-Headers', 'ETag', hasStatus(403)),
  ),
  'serves refused origins where a task is read': {
    severity: 'critical',
    ...only(calls('getTask'), servingAnybody),
  },
  'tells refused origins which paths there are': only(
    isAt(/^\/(vrf|docs|openapi)/),
    servingAnybody,
  ),
  'tells refused origins which methods there are': only(
    (request) => request.method === 'POST' && /tasks\/[^/]+$/.test(request.path),
    servingAnybody,
  ),
  'serves refused origins that claim to be its own site': only(
    ({ headers }) => field(headers, 'sec-fetch-site') === 'same-origin',
    servingAnybody,
  ),
  'answers no preflight for /livez': only(isPreflightAt(/^\/livez/), onResponse(withoutCors)),
  'lets preflights for a completion be kept for ten minutes': only(
    isPreflightAt(/\/complete/),
    setHeader('Access-Control-Max-Age', '600'),
  ),
  'allows no PUT in preflights that ask for it': only(
    asksForPut,
    setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, PATCH, DELETE'),
  ),
})
