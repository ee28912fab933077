import type { TSchema } from 'typebox'
import type { RequestHeader, ResponseHeader } from './headers.ts'
import { type ProblemCode, problems } from './problems.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Success {
  description: string
  body?: TSchema
  type?: string
  /** headers that are always there, and those that are there at times */
  headers?: readonly ResponseHeader[]
  optionalHeaders?: readonly ResponseHeader[]
}

export interface Operation {
  method: Method
  /** a template with `{id}` for one segment, compared as sent */
  path: string
  access: 'anyone' | 'owner'
  summary: string
  /** what a caller has to know beyond it, as Markdown */
  description: string
  /** served only where the documentation is */
  documentation?: true
  /** not counted against any rate */
  unlimited?: true
  headers?: readonly RequestHeader[]
  query?: TSchema
  body?: { schema: TSchema; required: boolean }
  /** the answers that are no problems, by status */
  responses: Readonly<Record<number, Success>>
}

/** The media types that a body may have (RFC 7396 for PATCH). */
export const mediaTypesOf = ({ method }: Pick<Operation, 'method'>): string[] =>
  method === 'PATCH' ? ['application/json', 'application/merge-patch+json'] : ['application/json']

/** The problems an operation may answer with: they follow from what it takes and who may call it. */
export const problemsOf = (operation: Operation): ProblemCode[] => {
  const codes: ProblemCode[] = ['malformed_request', 'origin_not_allowed', 'internal_error']
  // Whether the process lives can be asked while nothing else is served.
  if (operation.path !== '/livez') codes.push('overloaded', 'shutting_down')
  if (operation.access === 'owner')
    codes.push(
      'token_missing',
      'token_malformed',
      'token_invalid',
      'token_expired',
      'authentication_unavailable',
      'database_unavailable',
    )
  if (!operation.unlimited) codes.push('rate_limited')
  if (operation.query || operation.body) codes.push('validation_failed')
  if (operation.body) codes.push('body_too_large', 'unsupported_media_type')
  if (operation.access === 'owner' && operation.method !== 'GET') codes.push('outcome_unknown')
  if (operation.path.includes('{id}')) codes.push('task_not_found')
  if (operation.headers?.includes('If-Match')) codes.push('precondition_failed')
  if (operation.headers?.includes('Idempotency-Key'))
    codes.push('idempotency_key_in_use', 'idempotency_key_reused', 'validation_failed')
  return [...new Set(codes)].sort((a, b) => problems[a].status - problems[b].status)
}

/** The headers that a problem always brings. */
export const headersOfProblem = (code: ProblemCode): ResponseHeader[] => [
  ...(problems[code].status === 401 ? (['WWW-Authenticate'] as const) : []),
  ...('retryAfter' in problems[code] ? (['Retry-After'] as const) : []),
]
