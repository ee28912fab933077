import type { Operation } from './operation.ts'
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
