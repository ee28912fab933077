import type { Operation } from './operation.ts'
import {
  Health,
  Html,
  ListQuery,
  Live,
  OpenApi,
  Root,
  Task,
  TaskCompletion,
  TaskCreate,
  TaskPage,
  TaskUpdate,
} from './schemas.ts'

const one = { body: Task, headers: ['ETag'] } as const
const once = { ...one, optionalHeaders: ['Idempotency-Replayed'] } as const
const changed = {
  access: 'owner',
  headers: ['If-Match'],
  body: { schema: TaskUpdate, required: true },
  responses: { 200: { description: 'The task as it is now', ...one } },
} as const

/** Every operation of the service. The server, OpenAPI, the live checks and the audit all read this. */
export const operations = {
  root: {
    method: 'GET',
    path: '/',
    access: 'anyone',
    summary: 'Who answers here',
    description:
      'Tells the name of the service, and outside production where its documentation is.',
    responses: { 200: { description: 'The name of the service', body: Root } },
  },
  health: {
    method: 'GET',
    path: '/health',
    access: 'anyone',
    summary: 'Whether requests can be served, asked of the database itself',
    description:
      'A real query on a real connection, at most one at a time and never cached. Who is to be told whether the process runs asks `/livez`.',
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
    description: 'Answers at once, and while the service shuts down, too.',
    unlimited: true,
    responses: { 200: { description: 'It runs', body: Live } },
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    access: 'anyone',
    summary: 'This contract as OpenAPI 3.1',
    description: 'This document. In production it is switched off unless `API_DOCS` is `enabled`.',
    documentation: true,
    responses: { 200: { description: 'An OpenAPI document', body: OpenApi } },
  },
  docs: {
    method: 'GET',
    path: '/docs',
    access: 'anyone',
    summary: 'This contract as an interactive page',
    description:
      'Swagger UI with this document. In production it is switched off unless `API_DOCS` is `enabled`.',
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
    description:
      'With an `Idempotency-Key` it may be repeated until it is answered: there will be one task. A 201 is durable, and every replica reads it at once.',
    headers: ['Idempotency-Key'],
    body: { schema: TaskCreate, required: true },
    responses: {
      201: { description: 'The new task', ...once, headers: ['Location', 'ETag'] },
    },
  },
  listTasks: {
    method: 'GET',
    path: '/api/v1/tasks',
    access: 'owner',
    summary: 'List tasks, filtered and sorted',
    description:
      'Every filter that is given must hold. While there is more, `Link` leads to the next page by a cursor, which costs the same at any depth and neither skips nor repeats a task when others are added.',
    query: ListQuery,
    responses: { 200: { description: 'One page', body: TaskPage, optionalHeaders: ['Link'] } },
  },
  getTask: {
    method: 'GET',
    path: '/api/v1/tasks/{id}',
    access: 'owner',
    summary: 'Read a task',
    description:
      'Another owner’s task, a deleted one and an id that never was are one answer: 404.',
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
    description:
      'Members that are not named stay as they are, null clears. With `If-Match` it is refused where somebody was faster. A change that changes nothing leaves the ETag alone.',
  },
  putTask: {
    ...changed,
    method: 'PUT',
    path: '/api/v1/tasks/{id}',
    summary: 'The same as PATCH, for clients that only know PUT',
    description: 'Members that are not named stay as they are; it replaces nothing.',
  },
  completeTask: {
    method: 'PATCH',
    path: '/api/v1/tasks/{id}/complete',
    access: 'owner',
    summary: 'Set or toggle completed',
    description:
      'With `completed` it sets, without it, or without a body, it toggles. To repeat a toggle safely send an `Idempotency-Key`.',
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: TaskCompletion, required: false },
    responses: { 200: { description: 'The task as it is now', ...once } },
  },
  deleteTask: {
    method: 'DELETE',
    path: '/api/v1/tasks/{id}',
    access: 'owner',
    summary: 'Delete a task',
    description:
      'Repeated, it answers 404. With `If-Match` it is refused where somebody changed the task meanwhile.',
    headers: ['If-Match'],
    responses: { 204: { description: 'It is gone' } },
  },
} as const satisfies Record<string, Operation>

export type Operations = typeof operations
export type OperationId = keyof Operations
export const operationIds = Object.keys(operations) as OperationId[]
