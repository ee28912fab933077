import { randomUUID } from 'node:crypto'
import { pause } from '../../../../adapters/postgres/faults/world.ts'
import {
  type HttpRequest,
  type HttpResponse,
  request,
} from '../../../../bootstrap/system/http-client.ts'
import { sharedSecretToken } from '../../../../bootstrap/system/issuer.ts'
import { SECRET, type ServiceProcess } from '../../../../bootstrap/system/service-process.ts'
import type { Operation } from './linearizable.ts'
import type { Seen, TaskInput, TaskOutput } from './task-model.ts'

/** What several clients did to one task at the same time, from its creation on. */
export interface History {
  created: Seen
  operations: Operation<TaskInput, TaskOutput>[]
}

const PATH = '/api/v1/tasks'
/** So many clients share a task, and each does this much to it. Longer histories take too long to be checked. */
const CLIENTS = 4
const OPERATIONS = 8
const ATTEMPTS_MAX = 200

/** Creates a task and lets clients read and change it, each request by way of any of the replicas. */
export const playOn = async (
  replicas: readonly ServiceProcess[],
  owner: string,
): Promise<History | undefined> => {
  const token = await sharedSecretToken(SECRET, owner)
  const port = () => (replicas[Math.trunc(Math.random() * replicas.length)] as ServiceProcess).port
  const json = { title: 'at first' }
  const creation = { method: 'POST', token, json, key: randomUUID() }
  const made = await again(() => request(port(), PATH, creation))
  if (!made) return undefined
  const { id } = JSON.parse(made.body)
  const created = seenIn(made)
  const operations: History['operations'] = []
  const client = async (_: unknown, name: number) => {
    let last = created
    for (let n = 0; n < OPERATIONS; n += 1) {
      const input = nextInput(`${name} ${n}`, last)
      const calledAt = performance.now()
      const answer = await request(port(), ...asRequest(`${PATH}/${id}`, token, input)).catch(
        () => undefined,
      )
      const output = answer && outputOf(answer)
      // Refused: nothing was done. A read that was not answered tells nothing.
      if (output === 'refused' || (output === undefined && input.kind === 'get')) continue
      operations.push({ input, calledAt, answeredAt: performance.now(), ...(output && { output }) })
      if (typeof output === 'object') last = output
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return { created, operations }
}

/** Until it is created: the key keeps it from being made twice. */
const again = async (create: () => Promise<HttpResponse>) => {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts += 1) {
    const response = await create().catch(() => undefined)
    if (response?.status === 201) return response
    await pause(50 + Math.random() * 100)
  }
  return undefined
}

const nextInput = (title: string, { version }: Seen): TaskInput => {
  const dice = Math.random()
  if (dice < 0.3) return { kind: 'get' }
  if (dice < 0.6) return { kind: 'toggle' }
  if (dice < 0.8) return { kind: 'update', title }
  if (dice < 0.97) return { kind: 'update', title, ifVersion: version }
  return { kind: 'delete' }
}

const asRequest = (path: string, token: string, input: TaskInput): [string, HttpRequest] => {
  switch (input.kind) {
    case 'get':
      return [path, { token }]
    case 'toggle':
      return [`${path}/complete`, { method: 'PATCH', token }]
    case 'delete':
      return [path, { method: 'DELETE', token }]
    case 'update': {
      const { title, ifVersion } = input
      const headers = ifVersion === undefined ? {} : { 'If-Match': `"${ifVersion}"` }
      return [path, { method: 'PATCH', token, headers, json: { title } }]
    }
  }
}

/** Undefined where the outcome is unknown. @throws Error for an answer that no request of ours should get */
const outputOf = (answer: HttpResponse): TaskOutput | 'refused' | undefined => {
  const { status, body } = answer
  if (status === 200) return seenIn(answer)
  if (status === 204) return 'deleted'
  if (status === 404) return 'missing'
  if (status === 412) return 'not matched'
  if (status === 503) return JSON.parse(body).code === 'outcome_unknown' ? undefined : 'refused'
  throw new Error(`a request was answered ${status}`)
}

const seenIn = ({ body, headers }: HttpResponse): Seen => {
  const { title, completed } = JSON.parse(body)
  return { title, completed, version: Number(String(headers.etag).replaceAll('"', '')) }
}
