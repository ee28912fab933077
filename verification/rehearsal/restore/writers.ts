import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { request } from '../../../bootstrap/system/http-client.ts'
import { sharedSecretToken } from '../../../bootstrap/system/issuer.ts'
import { SECRET } from '../../../bootstrap/system/service-process.ts'

const TASKS = '/api/v1/tasks'

/** One request under a key, and what it was answered. */
export interface Write {
  subject: string
  key: string
  json: { title: string }
  body: string
}

/** On a busy machine one may be refused; under its key it can be sent again. */
const ATTEMPTS_MAX = 40
const RETRY_MS = 250

/** Sends it. Returns the answer, and whether it is the recorded one. @throws Error where it never is a 201 */
const sent = async (port: number, { subject, key, json }: Omit<Write, 'body'>) => {
  const token = await sharedSecretToken(SECRET, subject)
  for (let attempt = 1; ; attempt += 1) {
    const answer = await request(port, TASKS, { method: 'POST', token, key, json })
    if (answer.status === 201)
      return { body: answer.body, replayed: answer.headers['idempotency-replayed'] === 'true' }
    if (answer.status !== 503 || attempt === ATTEMPTS_MAX)
      throw new Error(`a create got ${answer.status} instead of 201`)
    await delay(RETRY_MS)
  }
}

/** Clients that create task after task until they are stopped. */
export const keyedWriters = (port: number, clients: number) => {
  const acknowledged: Write[] = []
  let stopped = false
  const client = async (_: unknown, n: number): Promise<void> => {
    while (!stopped) {
      const write = {
        subject: `restored-${n}`,
        key: randomUUID(),
        json: { title: `restored ${randomUUID()}` },
      }
      const { body } = await sent(port, write)
      acknowledged.push({ ...write, body })
    }
  }
  const running = Promise.all(Array.from({ length: clients }, client))
  running.catch(() => undefined)
  return {
    acknowledged,
    /** @throws Error where a client was refused */
    stop: async (): Promise<void> => {
      stopped = true
      await running
    },
  }
}

/** How many of these requests get another answer than the first time when they are sent again. */
export const notReplayed = async (port: number, writes: readonly Write[]): Promise<number> => {
  let wrong = 0
  for (const write of writes) {
    const { body, replayed } = await sent(port, write)
    if (!replayed || body !== write.body) wrong += 1
  }
  return wrong
}
