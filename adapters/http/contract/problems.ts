import type { FaultCode } from '../../../domain/fault.ts'

/** What only HTTP can refuse for, beside the faults of the core. */
export type HttpProblemCode =
  | 'malformed_request'
  | 'token_missing'
  | 'origin_not_allowed'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'internal_error'
  | 'shutting_down'

export type ProblemCode = FaultCode | HttpProblemCode

interface ProblemKind {
  status: number
  detail: string
  /** seconds, where trying again makes sense; the answer may say more */
  retryAfter?: number
}

/** Every problem there is, once: status and the sentence for a person (RFC 9457 §3.1.4). */
export const problems = {
  malformed_request: {
    status: 400,
    detail: 'The request could not be understood: check its head, its query and its JSON body.',
  },
  token_missing: { status: 401, detail: 'A bearer token is needed in the Authorization header.' },
  token_malformed: {
    status: 401,
    detail: 'The Authorization header does not hold one bearer token.',
  },
  token_invalid: { status: 401, detail: 'The token is not valid.' },
  token_expired: { status: 401, detail: 'The token has expired.' },
  origin_not_allowed: { status: 403, detail: 'This origin is not allowed.' },
  task_not_found: { status: 404, detail: 'No such task.' },
  route_not_found: { status: 404, detail: 'There is nothing at this address.' },
  method_not_allowed: {
    status: 405,
    detail: 'This method is not allowed here; see the Allow header.',
  },
  idempotency_key_in_use: {
    status: 409,
    detail: 'The first request with this Idempotency-Key is still running.',
    retryAfter: 1,
  },
  precondition_failed: {
    status: 412,
    detail:
      'If-Match does not name the task as it is now: read it again, and send its ETag as it came, quotes included.',
  },
  body_too_large: { status: 413, detail: 'The body is too large.' },
  unsupported_media_type: {
    status: 415,
    detail: 'Send the body as application/json in UTF-8, not encoded.',
  },
  validation_failed: { status: 422, detail: 'Some values are not valid; see errors.' },
  idempotency_key_reused: {
    status: 422,
    detail: 'This Idempotency-Key was used for another request.',
  },
  rate_limited: {
    status: 429,
    detail: 'Too many requests; wait before the next one.',
    retryAfter: 1,
  },
  internal_error: { status: 500, detail: 'Something went wrong on our side.' },
  authentication_unavailable: {
    status: 503,
    detail: 'Tokens cannot be verified right now; nothing was changed.',
    retryAfter: 1,
  },
  database_unavailable: {
    status: 503,
    detail: 'The service cannot be reached completely right now; nothing was changed.',
    retryAfter: 1,
  },
  outcome_unknown: {
    status: 503,
    detail: 'It is not known whether the change was made; repeat it with the same Idempotency-Key.',
    retryAfter: 1,
  },
  overloaded: {
    status: 503,
    detail: 'Too much to do right now; nothing was changed.',
    retryAfter: 1,
  },
  shutting_down: { status: 503, detail: 'This instance is shutting down.', retryAfter: 1 },
} as const satisfies Record<ProblemCode, ProblemKind>

/** What RFC 9110 §15 calls the statuses. */
export const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const satisfies Record<(typeof problems)[ProblemCode]['status'], string>
