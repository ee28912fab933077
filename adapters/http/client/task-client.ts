import createClient from 'openapi-fetch'
import { bearerToken, type GetToken } from './bearer-token.ts'
import { UnexpectedAnswerError } from './errors.ts'
import { nextCursor } from './next-cursor.ts'
import { persistentFetch } from './persistent-fetch.ts'
import type { paths } from './schema.ts'
import type { NumberedPage, Task, TaskCreate, TaskPage, TaskQuery, TaskUpdate } from './types.ts'

export interface TaskClientOptions {
  /** where the service is, `https://api.example.com`; '' where its paths are rewritten from the page's own origin */
  baseUrl: string
  token: GetToken
  /** instead of the global one */
  fetch?: typeof fetch
  attemptMs?: number
  totalMs?: number
}

/** A task with the tag of this version of it; a proxy may have taken the tag away. */
export interface Versioned {
  task: Task
  etag: string | undefined
}

export interface CallOptions {
  /** ends the call, with its retries */
  signal?: AbortSignal | undefined
}
export interface ChangeOptions extends CallOptions {
  /**
   * The `etag` of the version that is meant: refused with `precondition_failed` where somebody was faster. Named
   * without a value it is a TypeError and nothing is sent, for what was meant to be careful would overwrite.
   */
  ifMatch?: string | undefined
}
export interface KeyOptions extends CallOptions {
  /** names the request, so that it is carried out once however often it is sent; made for each call unless given */
  key?: string | undefined
}

export type TaskClient = ReturnType<typeof taskClient>

/** The tasks of one user: make another client when somebody else signs in. */
export const taskClient = (options: TaskClientOptions) => {
  const { baseUrl, token, attemptMs = 12_000, totalMs = 30_000 } = options
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  const api = createClient<paths>({
    baseUrl,
    querySerializer,
    fetch: persistentFetch({ fetch, token: bearerToken(token), attemptMs, totalMs }),
  })
  const one = '/api/v1/tasks/{id}'

  /** One page by its number, with the total; beyond the last one it is empty. */
  const page = async (query: TaskQuery & { page?: number } = {}, { signal }: CallOptions = {}) =>
    numbered(pageIn(await api.GET('/api/v1/tasks', { params: { query }, ...signalled(signal) })))

  /** Page after page: costs the same at any depth, and neither skips nor repeats where tasks are added. */
  async function* pages(
    query: TaskQuery = {},
    { signal }: CallOptions = {},
  ): AsyncGenerator<TaskPage, void> {
    const seen = new Set<string>()
    let cursor: string | undefined
    do {
      const followed = cursor === undefined ? query : { ...query, cursor }
      const { page, response } = pageIn(
        await api.GET('/api/v1/tasks', { params: { query: followed }, ...signalled(signal) }),
      )
      yield page
      cursor = nextCursor(response.headers.get('link'))
      if (cursor !== undefined && (seen.has(cursor) || page.tasks.length === 0))
        throw new UnexpectedAnswerError(response.status, 'that leads in a circle')
      if (cursor !== undefined) seen.add(cursor)
    } while (cursor !== undefined)
  }

  return {
    /** The generated client below the others, for what they do not offer; it throws the same errors. */
    api,
    page,
    pages,

    /** Every task that fits, as far as one goes on asking. */
    async *list(query: TaskQuery = {}, call: CallOptions = {}): AsyncGenerator<Task, void> {
      for await (const { tasks } of pages({ per_page: 100, ...query }, call)) yield* tasks
    },

    create: async (body: TaskCreate, { key = randomKey(), signal }: KeyOptions = {}) =>
      taskIn(
        await api.POST('/api/v1/tasks', {
          params: { header: { 'Idempotency-Key': key } },
          body,
          ...signalled(signal),
        }),
      ),

    get: async (id: string, { signal }: CallOptions = {}) =>
      taskIn(await api.GET(one, { params: { path: { id } }, ...signalled(signal) })),

    /** Members that are not named stay as they are, null clears. */
    update: async (id: string, body: TaskUpdate, options: ChangeOptions = {}) =>
      taskIn(
        await api.PATCH(one, {
          params: { path: { id }, header: conditional(options) },
          body,
          ...signalled(options.signal),
        }),
      ),

    complete: async (
      id: string,
      completed: boolean,
      { key = randomKey(), ...options }: ChangeOptions & KeyOptions = {},
    ) =>
      taskIn(
        await api.PATCH('/api/v1/tasks/{id}/complete', {
          params: { path: { id }, header: { ...conditional(options), 'Idempotency-Key': key } },
          body: { completed },
          ...signalled(options.signal),
        }),
      ),

    remove: async (id: string, options: ChangeOptions = {}): Promise<void> => {
      await api.DELETE(one, {
        params: { path: { id }, header: conditional(options) },
        ...signalled(options.signal),
      })
    },
  }
}

interface Fetched<Body> {
  data?: Body
  response: Response
}

const taskIn = ({ data, response }: Fetched<Task>): Versioned => {
  if (typeof data?.id !== 'string')
    throw new UnexpectedAnswerError(response.status, 'that is no task')
  return { task: data, etag: response.headers.get('etag') ?? undefined }
}

const pageIn = ({ data, response }: Fetched<TaskPage>) => {
  if (!Array.isArray(data?.tasks))
    throw new UnexpectedAnswerError(response.status, 'that is no list')
  return { page: data, response }
}

const numbered = ({ page, response }: ReturnType<typeof pageIn>): NumberedPage => {
  const { total, page: number } = page
  if (total === undefined || number === undefined)
    throw new UnexpectedAnswerError(response.status, 'that is no numbered page')
  return { ...page, total, page: number }
}

const conditional = (options: ChangeOptions) => {
  if (!('ifMatch' in options)) return {}
  if (!options.ifMatch)
    throw new TypeError(
      'ifMatch has no value: a proxy took the ETag away; leave it out to overwrite',
    )
  return { 'If-Match': options.ifMatch }
}
const signalled = (signal: AbortSignal | undefined) => (signal ? { signal } : {})

/** Not `randomUUID`, which pages that came over plain HTTP do not have. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/** Lists repeat their name, but for those that the document joins by commas (`explode: false`). */
const querySerializer = (query: Readonly<Record<string, unknown>>): string => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) && name !== 'priority' ? value : [value])
      if (one !== undefined && one !== null) parameters.append(name, String(one))
  return parameters.toString()
}
