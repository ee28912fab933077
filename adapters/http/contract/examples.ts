import type { Static } from 'typebox'
import type { OperationId, Operations } from './contract.ts'
import { EXAMPLE_TASK_ID } from './example-ids.ts'
import type { BodyOf, QueryOf, Reply } from './reply.ts'
import type { Task } from './schemas.ts'

/** One request that is served and, where values can be wrong, one that is refused for them. */
export interface Example {
  query?: object
  headers?: Readonly<Record<string, string>>
  body?: object
  /** the bodies of the answers, by status */
  answers: Readonly<Record<number, object>>
  /** a request that is refused, and what is said of each value */
  refused?: {
    query?: object
    body?: object
    errors: readonly { field: string; message: string }[]
  }
}

/** An example whose values are as their operation declares them. */
type Declared<O extends Operations[OperationId]> = Example & {
  query?: QueryOf<O>
  body?: BodyOf<O>
  answers: { [R in Reply<O> as R['status']]?: R['body'] }
}

const at = '2026-11-23T19:06:46.018Z'
const made: Static<typeof Task> = {
  id: EXAMPLE_TASK_ID,
  user_id: 'ada',
  title: 'Book the room',
  description: null,
  completed: false,
  priority: 'high',
  due_date: '2026-12-01',
  tags: ['office'],
  created_at: at,
  updated_at: at,
}
const health = { environment: 'production', release: null, timestamp: at } as const
const blank = { field: 'title', message: 'must not be blank' }
const noPriority = { field: 'priority', message: 'must be one of low, medium, high' }
const noDay = { field: 'due_date', message: 'must be a real date as YYYY-MM-DD or null' }

/**
 * An example of every operation, as OpenAPI shows it. Each is played against the service by a test, in which only ids, times and
 * durations may differ. The requests on one task meet the one of `createTask`.
 */
export const examples: Readonly<Record<OperationId, Example>> = {
  root: { answers: { 200: { name: 'task-ownership-api' } } },
  health: {
    answers: {
      200: { status: 'ok', database: { status: 'connected', latency_ms: 1.8 }, ...health },
      503: { status: 'unavailable', database: { status: 'disconnected' }, ...health },
    },
  },
  livez: { answers: { 200: { status: 'ok' } } },
  openapi: { answers: {} },
  docs: { answers: {} },
  createTask: {
    headers: { 'Idempotency-Key': '018f6a52-6b1a-7c3e-9f0d-2f1f6a3f0b11' },
    body: { title: 'Book the room', priority: 'high', due_date: '2026-12-01', tags: ['Office'] },
    answers: { 201: made },
    refused: {
      body: { title: ' ', priority: 'urgent', due_date: '2026-02-30' },
      errors: [noPriority, noDay, blank],
    },
  },
  listTasks: {
    query: { tag: ['office'], priority: ['high', 'medium'], completed: false },
    answers: { 200: { tasks: [made], total: 1, page: 1, per_page: 20 } },
    refused: {
      query: { per_page: '500', sort_by: 'size' },
      errors: [
        {
          field: 'sort_by',
          message: 'must be one of created_at, updated_at, due_date, priority, title',
        },
        { field: 'per_page', message: 'must be a whole number from 1 to 100' },
      ],
    },
  },
  getTask: { answers: { 200: made } },
  updateTask: {
    headers: { 'If-Match': '"1"' },
    body: { title: 'Book the big room', description: 'For twelve.' },
    answers: { 200: { ...made, title: 'Book the big room', description: 'For twelve.' } },
    refused: { body: { title: '' }, errors: [blank] },
  },
  putTask: {
    headers: { 'If-Match': '"1"' },
    body: { due_date: null },
    answers: { 200: { ...made, due_date: null } },
    refused: { body: { due_date: 'tomorrow' }, errors: [noDay] },
  },
  completeTask: {
    headers: { 'If-Match': '"1"' },
    body: { completed: true },
    answers: { 200: { ...made, completed: true } },
    refused: {
      body: { completed: 'yes' },
      errors: [{ field: 'completed', message: 'must be true or false' }],
    },
  },
  deleteTask: { headers: { 'If-Match': '"1"' }, answers: {} },
} satisfies { [K in OperationId]: Declared<Operations[K]> }
