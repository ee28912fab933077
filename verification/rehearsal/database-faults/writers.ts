import { randomUUID } from 'node:crypto'
import { pause } from '../../../adapters/postgres/faults/world.ts'
import { request } from '../../../bootstrap/system/http-client.ts'
import { sharedSecretToken } from '../../../bootstrap/system/issuer.ts'
import { SECRET, type ServiceProcess } from '../../../bootstrap/system/service-process.ts'

/** Part of every title: neither the log nor the response to a failure may hold it. */
export const ROW_VALUE = 'only-the-row-knows'

const MAX_ATTEMPTS = 100

export interface Writers {
  requests: number
  /** how often each status and code came */
  responses: Record<string, number>
  slowestMs: number
  /** the titles whose writing was acknowledged */
  acknowledged: string[]
  /** Lets every client complete the write that it has begun. */
  stop(): Promise<void>
}

/** Clients that write with idempotency keys, and try again until each write is acknowledged. */
export const writers = (service: ServiceProcess, clients: number): Writers => {
  let over = false
  const isRunning = () => service.end() === undefined

  const attempt = async (token: string, title: string, key: string): Promise<boolean> => {
    const start = performance.now()
    const write = { method: 'POST', token, json: { title }, key }
    const response = await request(service.port, '/api/v1/tasks', write).then(
      ({ status, body }) => (status === 201 ? '201' : `${status} ${JSON.parse(body).code}`),
      (error: Error) => `none (${error.name})`,
    )
    it.requests += 1
    it.responses[response] = (it.responses[response] ?? 0) + 1
    it.slowestMs = Math.max(it.slowestMs, performance.now() - start)
    return response === '201'
  }

  const write = async (token: string): Promise<void> => {
    const title = `${ROW_VALUE} ${randomUUID()}`
    const key = randomUUID()
    for (let attempts = 0; attempts < MAX_ATTEMPTS && isRunning(); attempts += 1) {
      if (await attempt(token, title, key)) return void it.acknowledged.push(title)
      await pause(50 + Math.random() * 100)
    }
  }

  const client = async (_: unknown, n: number): Promise<void> => {
    const token = await sharedSecretToken(SECRET, `client-${n}`)
    while (!over && isRunning()) {
      await write(token)
      await pause(5)
    }
  }

  const it: Writers = {
    requests: 0,
    responses: {},
    slowestMs: 0,
    acknowledged: [],
    stop: async () => {
      over = true
      await Promise.all(running)
    },
  }
  const running = Array.from({ length: clients }, client)
  return it
}
