import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { request } from '../../../bootstrap/system/http-client.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import type { ApiClient } from '../client.ts'
import { type Figures, noFigures, record } from './figures.ts'

const TASKS = '/api/v1/tasks'
export const CLIENTS = 4
/** Each client stays below the default limit of 1200 requests a minute. */
const PAUSE_MS = 90
const LIVEZ_INTERVAL_MS = 100
/** For every client to have been served; a service that hangs is not steady. */
const STEADY_TIMEOUT_MS = 10_000

export interface LoadOptions {
  client: ApiClient
  /** A token that this user has at the moment. */
  tokenFor(subject: string): Promise<string>
  /** the port of the instance whose liveness is watched; undefined while there is none */
  livezPort(): number | undefined
  /** where the titles of acknowledged writes are added */
  acknowledged: Set<string>
}

export interface Load {
  figures: Figures
  /** Resolves once every client was served twice more. @throws Error where that takes too long */
  steady(): Promise<void>
  /** Lets every client complete what it has begun. @throws Error where one of them cannot */
  stop(): Promise<void>
  /** Sends nothing more, whatever was begun. */
  abort(): void
}

/** Clients that each write with an idempotency key, retry until it is acknowledged, and read. */
export const load = ({ client, tokenFor, livezPort, acknowledged }: LoadOptions): Load => {
  const figures = noFigures()
  let stopped = false
  let aborted = false
  const rounds = Array.from({ length: CLIENTS }, () => 0)

  const write = async (token: string, title: string): Promise<void> => {
    const options = { method: 'POST', token, key: randomUUID(), json: { title } }
    const end = performance.now() + STEADY_TIMEOUT_MS * 2
    while (!record(figures, await client.request(TASKS, options), 201)) {
      if (aborted) return
      if (performance.now() > end)
        throw new Error(`a write is refused for ever: ${figures.lastFailure}`)
      await delay(PAUSE_MS)
    }
    acknowledged.add(title)
  }

  const work = async (_: unknown, n: number): Promise<void> => {
    const subject = `rehearsal-${n}`
    while (!stopped) {
      await write(await tokenFor(subject), `rehearsed ${randomUUID()}`)
      await delay(PAUSE_MS)
      const token = await tokenFor(subject)
      record(figures, await client.request(`${TASKS}?per_page=1`, { token }), 200)
      rounds[n] = (rounds[n] ?? 0) + 1
      await delay(PAUSE_MS)
    }
  }

  const livezWatch = setInterval(async () => {
    const port = livezPort()
    if (port === undefined) return
    const response = await request(port, '/livez').catch(() => undefined)
    if (response?.status !== 200 && livezPort() === port) figures.livezFailures += 1
  }, LIVEZ_INTERVAL_MS)
  const clients = rounds.map(work)
  for (const one of clients) one.catch(() => undefined)

  const stop = () => {
    stopped = true
    clearInterval(livezWatch)
  }
  return {
    figures,
    steady: async () => {
      const before = [...rounds]
      const isSteady = () => rounds.every((count, n) => count >= (before[n] ?? 0) + 2)
      await until(isSteady, String, STEADY_TIMEOUT_MS).catch(() => {
        throw new Error(
          `not every client was served within ${STEADY_TIMEOUT_MS / 1_000} s, at last ${figures.lastFailure ?? 'no answer yet'}`,
        )
      })
    },
    stop: async () => {
      stop()
      await Promise.all(clients)
    },
    abort: () => {
      aborted = true
      stop()
    },
  }
}
