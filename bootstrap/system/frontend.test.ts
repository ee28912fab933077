import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { after, before, it } from 'node:test'
import { SignJWT } from 'jose'
import { throwawayDatabase } from '../../adapters/postgres/embedded/throwaway.ts'
import { migrate, readMigrations } from '../../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../../adapters/postgres/pool/connection-url.ts'
import { configOf } from '../config/config.ts'
import { container } from '../container.ts'
import { createLogger } from '../logger.ts'

const secret = randomBytes(48).toString('base64url')
const origin = 'https://app.example.com'
let database: Awaited<ReturnType<typeof throwawayDatabase>>
let parts: ReturnType<typeof container>
let base: string
let token: string

before(async () => {
  database = await throwawayDatabase()
  const migrations = new URL('../../adapters/postgres/migrations/', import.meta.url)
  const target = connectionTarget(database.url, { production: false })
  await migrate(target, await readMigrations(migrations))
  const env = { APP_ENV: 'test', PORT: '1', DATABASE_URL: database.url, CORS_ORIGINS: origin }
  const config = configOf({ ...env, BETTER_AUTH_SECRET: secret })
  parts = container({ config, logger: createLogger('silent') })
  const http = await parts.cradle.http
  await http.listen({ port: 0, host: '127.0.0.1' })
  base = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`
  token = await new SignJWT({ email: 'ada@example.com' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject('ada')
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(secret))
})
after(async () => {
  await (await parts?.cradle.http)?.close()
  await parts?.cradle.pool.close(1000)
  await database?.drop()
})

interface Task {
  id: string
  user_id: string
  title: string
  description: string | null
  completed: boolean
}
interface TaskList {
  tasks: Task[]
  total: number
  page: number
  per_page: number
}

class ApiError extends Error {
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

/** As frontends do it: the same options with every request, whether it has a body or not. */
const api = async <T>(path: string, options: RequestInit = {}): Promise<T> => {
  const response = await fetch(`${base}/api/v1${path}`, {
    credentials: 'include',
    ...options,
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
      Origin: origin,
      ...options.headers,
    },
  })
  assert.equal(response.headers.get('access-control-allow-origin'), origin)
  assert.equal(response.headers.get('access-control-allow-credentials'), 'true')
  if (!response.ok) {
    const { detail } = (await response.json()) as { detail?: unknown }
    throw new ApiError(response.status, typeof detail === 'string' ? detail : 'unknown')
  }
  return (response.status === 204 ? undefined : await response.json()) as T
}

const client = {
  list: (query = '') => api<TaskList>(`/tasks${query}`),
  create: (task: Partial<Task>) =>
    api<Task>('/tasks', { method: 'POST', body: JSON.stringify(task) }),
  get: (id: string) => api<Task>(`/tasks/${id}`),
  update: (id: string, task: Partial<Task>) =>
    api<Task>(`/tasks/${id}`, { method: 'PUT', body: JSON.stringify(task) }),
  toggle: (id: string) => api<Task>(`/tasks/${id}/complete`, { method: 'PATCH' }),
  remove: (id: string) => api<undefined>(`/tasks/${id}`, { method: 'DELETE' }),
}

it('a browser may ask for everything that a frontend sends', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const response = await fetch(`${base}/api/v1/tasks/x/complete`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    })
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-origin'), origin)
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true')
    const methods = response.headers.get('access-control-allow-methods')?.split(', ')
    assert.ok(methods?.includes(method))
    const headers = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')
    for (const name of ['authorization', 'content-type']) assert.ok(headers?.includes(name))
  }
})

it('a frontend works unchanged', async () => {
  const empty = await client.list()
  assert.deepEqual(empty, { tasks: [], total: 0, page: 1, per_page: 20 })

  const made = await client.create({ title: 'Buy milk', description: 'two litres' })
  assert.deepEqual([made.title, made.completed, made.user_id], ['Buy milk', false, 'ada'])
  await client.create({ title: 'Another' })

  const part = await client.update(made.id, { title: 'Buy oat milk' })
  assert.deepEqual([part.title, part.description], ['Buy oat milk', 'two litres'])
  assert.equal((await client.toggle(made.id)).completed, true)
  assert.equal((await client.toggle(made.id)).completed, false)
  await client.toggle(made.id)
  assert.equal((await client.get(made.id)).completed, true)

  const { tasks, total, page, per_page } = await client.list('?page=1&per_page=1')
  assert.deepEqual([tasks.length, total, page, per_page], [1, 2, 1, 1])
  assert.deepEqual(
    (await client.list('?completed=true')).tasks.map(({ id }) => id),
    [made.id],
  )

  assert.equal(await client.remove(made.id), undefined)
  await assert.rejects(client.get(made.id), { status: 404, message: 'No such task.' })
  assert.equal((await client.list()).total, 1)
})

it('a frontend can show why something was refused', async () => {
  await assert.rejects(client.create({ title: ' ' }), (error: ApiError) => {
    assert.equal(error.status, 422)
    assert.match(error.message, /^[A-Z].+\.$/)
    return true
  })
  const kept = token
  token = ''
  await assert.rejects(client.list(), { status: 401 })
  token = kept
})
