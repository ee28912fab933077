import type { Static, TSchema } from 'typebox'
import { type ProblemCode, problems } from './problems.ts'
import {
  Completion,
  Health,
  Html,
  ListQuery,
  Live,
  NewTask,
  OpenApi,
  Root,
  Task,
  TaskChange,
  TaskList,
} from './schemas.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type RequestHeader = 'Idempotency-Key' | 'If-Match' | 'If-None-Match'

export interface Success {
  description: string
  body?: TSchema
  type?: string
  /** headers that are always there, and those that are there at times */
  headers?: readonly string[]
  optionalHeaders?: readonly string[]
}

export interface Operation {
  method: Method
  /** a template with `{id}` for one segment, compared as sent */
  path: string
  access: 'anyone' | 'owner'
  summary: string
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

const one = { body: Task, headers: ['ETag'] } as const
const once = { ...one, optionalHeaders: ['Idempotency-Replayed'] } as const
const changed = {
  access: 'owner',
  headers: ['If-Match'],
  body: { schema: TaskChange, required: true },
  responses: { 200: { description: 'The task as it is now', ...one } },
} as const

/** Every operation of the service. The server, OpenAPI, the live checks and the audit all read this. */
export const operations = {
  root: {
    method: 'GET',
    path: '/',
    access: 'anyone',
    summary: 'Who answers here',
    responses: { 200: { description: 'The name of the service', body: Root } },
  },
  health: {
    method: 'GET',
    path: '/health',
    access: 'anyone',
    summary: 'Whether requests can be served, asked of the database itself',
    unlimited: true,
    responses: {
      200: { description: 'The database answered', body: Health },
      503: { description: 'The database did not answer', body: Health, headers: ['Retry-After'] },
    },
  },
  livez: {
    method: 'GET',
    path: '/livez',
    access: 'anyone',
    summary: 'Whether the process runs; touches nothing',
    unlimited: true,
    responses: { 200: { description: 'It runs', body: Live } },
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    access: 'anyone',
    summary: 'This contract as OpenAPI 3.1',
    documentation: true,
    responses: { 200: { description: 'An OpenAPI document', body: OpenApi } },
  },
  docs: {
    method: 'GET',
    path: '/docs',
    access: 'anyone',
    summary: 'This contract as an interactive page',
    documentation: true,
    responses: {
      200: {
        description: 'A page',
        body: Html,
        type: 'text/html; charset=utf-8',
        headers: ['Content-Security-Policy'],
      },
    },
  },
  createTask: {
    method: 'POST',
    path: '/api/v1/tasks',
    access: 'owner',
    summary: 'Create a task',
    headers: ['Idempotency-Key'],
    body: { schema: NewTask, required: true },
    responses: {
      201: { description: 'The new task', ...once, headers: ['Location', 'ETag'] },
    },
  },
  listTasks: {
    method: 'GET',
    path: '/api/v1/tasks',
    access: 'owner',
    summary: 'List tasks, filtered and sorted',
    query: ListQuery,
    responses: { 200: { description: 'One page', body: TaskList, optionalHeaders: ['Link'] } },
  },
  getTask: {
    method: 'GET',
    path: '/api/v1/tasks/{id}',
    access: 'owner',
    summary: 'Read a task',
    headers: ['If-None-Match'],
    responses: {
      200: { description: 'The task', ...one },
      304: { description: 'Not changed', headers: ['ETag'] },
    },
  },
  updateTask: {
    ...changed,
    method: 'PATCH',
    path: '/api/v1/tasks/{id}',
    summary: 'Change the named members of a task',
  },
  putTask: {
    ...changed,
    method: 'PUT',
    path: '/api/v1/tasks/{id}',
    summary: 'The same as PATCH, for clients that only know PUT',
  },
  completeTask: {
    method: 'PATCH',
    path: '/api/v1/tasks/{id}/complete',
    access: 'owner',
    summary: 'Set or toggle completed',
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: Completion, required: false },
    responses: { 200: { description: 'The task as it is now', ...once } },
  },
  deleteTask: {
    method: 'DELETE',
    path: '/api/v1/tasks/{id}',
    access: 'owner',
    summary: 'Delete a task',
    headers: ['If-Match'],
    responses: { 204: { description: 'It is gone' } },
  },
} as const satisfies Record<string, Operation>

export type Operations = typeof operations
export type OperationId = keyof Operations
export const operationIds = Object.keys(operations) as OperationId[]

/** The problems an operation may answer with: they follow from what it takes and who may call it. */
export const problemsOf = (operation: Operation): ProblemCode[] => {
  const codes: ProblemCode[] = [
    'malformed_request',
    'origin_not_allowed',
    'internal_error',
    'overloaded',
  ]
  if (operation.path !== '/livez') codes.push('shutting_down')
  if (operation.access === 'owner')
    codes.push(
      'token_missing',
      'token_malformed',
      'token_invalid',
      'token_expired',
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

type StatusOf<O extends Operation> = keyof O['responses'] & number
type HeadersOf<S> = (S extends { headers: readonly (infer H extends string)[] }
  ? { [K in H]: string }
  : unknown) &
  (S extends { optionalHeaders: readonly (infer H extends string)[] }
    ? { [K in H]?: string }
    : unknown)

/** One declared answer of an operation: its status with just the body and headers declared for it. */
export type Reply<O extends Operation> = {
  [S in StatusOf<O>]: {
    status: S
    headers: HeadersOf<O['responses'][S]>
  } & (O['responses'][S] extends {
    body: infer B extends TSchema
  }
    ? { body: Static<B> }
    : { body?: never })
}[StatusOf<O>]

type ValueOf<O, K extends string> = O extends { [P in K]: infer S extends TSchema }
  ? Static<S>
  : undefined

/** The parsed and validated query of an operation. */
export type QueryOf<O extends Operation> = ValueOf<O, 'query'>

/** The parsed and validated body of an operation; undefined where there was none and none is needed. */
export type BodyOf<O extends Operation> = O extends {
  body: { schema: infer S extends TSchema; required: infer R }
}
  ? R extends true
    ? Static<S>
    : Static<S> | undefined
  : undefined
