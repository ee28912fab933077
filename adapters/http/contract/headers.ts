import { Type } from 'typebox'
import { EXAMPLE_REQUEST_ID, EXAMPLE_TASK_ID } from './example-ids.ts'

const version = 'the version of a task, quotes included'

/** What requests may carry beside a token and a media type. */
export const requestHeaders = {
  'Idempotency-Key': Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: '^[\\x21-\\x7e]+$',
    description:
      'Makes a retry safe: for 24 hours the same key with the same request brings the first answer again.',
  }),
  'If-Match': Type.String({
    description: `The ETag that the change is meant for, ${version}; \`*\` for any. Any other version is refused with 412.`,
  }),
  'If-None-Match': Type.String({
    description: `The ETag that the caller has, ${version}. Where it is the current one, the answer is 304.`,
  }),
} as const

/** What answers bring beside their body. */
export const responseHeaders = {
  ETag: Type.String({
    pattern: '^"[\\x21\\x23-\\x7e]*"$',
    description: `Names ${version}; it changes with every change. To be sent back as If-Match.`,
    example: '"1"',
  }),
  Location: Type.String({
    format: 'uri-reference',
    description: 'Where the new task is.',
    example: `/api/v1/tasks/${EXAMPLE_TASK_ID}`,
  }),
  Link: Type.String({
    description: 'While there is more, the next page (RFC 8288), with every filter kept.',
    example:
      '</api/v1/tasks?per_page=1&cursor=WzE5MDAwMDAwMDAsIjIwMjYtMTEtMjNUMTk6MDY6NDYuMDE4WiIsIjAxYTIwOWNkLWI1NzctNzNkZS1iMGRkLWNkMDkzNDk5ODAxNiJd>; rel="next"',
  }),
  'Idempotency-Replayed': Type.Enum(['true'], {
    type: 'string',
    description: 'There where the answer is the first one again, for the same Idempotency-Key.',
    example: 'true',
  }),
  'Retry-After': Type.String({
    pattern: '^\\d+$',
    description: 'Seconds after which to try again.',
    example: '1',
  }),
  'WWW-Authenticate': Type.Enum(['Bearer', 'Bearer error="invalid_token"'], {
    type: 'string',
    description: 'With an error where there was an Authorization header (RFC 6750 §3).',
    example: 'Bearer error="invalid_token"',
  }),
  'Content-Security-Policy': Type.String({
    description: 'Lets the page run its own scripts and nothing else.',
  }),
  'X-Request-Id': Type.String({
    minLength: 1,
    maxLength: 64,
    pattern: '^[A-Za-z0-9._-]+$',
    description:
      'Names the request in logs: the caller’s own where it sent a fitting one, else a new one.',
    example: EXAMPLE_REQUEST_ID,
  }),
} as const

export type RequestHeader = keyof typeof requestHeaders
export type ResponseHeader = keyof typeof responseHeaders
