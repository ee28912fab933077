import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from '../../bootstrap/system/throwaway-service.ts'
import type { Reply, Send } from './client.ts'

const TASKS = '/api/v1/tasks'
export const CLIENTS = 4
/** Each client stays below the default limit of 1200 requests a minute. */
const PAUSE_MS = 90
const WATCH_MS = 100
/** For every client to have been served once; a service that hangs is not steady. */
const STEADY_WITHIN_MS = 10_000

/** What was asked while something happened, and what came of it. */
export interface Figures {
  requests: number
  /** what was not answered with success, by status and code; each was tried again under the same key */
  failures: Record<string, number>
  failed: number
  /** failures that were no orderly 503 with a time to try again */
  rude: string[]
  slowestMs: number
  livezFailures: number
  acknowledged: number
}

export interface LoadOptions {
  send: Send
  /** A token of this client at this moment. */
  tokenFor(subject: string): string
  /** where the instance that serves can be asked whether it lives; undefined while nobody need */
  livezPort(): number | undefined
  /** every title that was acknowledged, kept for the end */
  ledger: Set<string>
}

export interface Load {
  figures: Figures
  /** Resolves once every client was served anew. @throws Error where that takes too long */
  steady(): Promise<void>
  /** Lets every client end what it has begun. @throws Error where one of them cannot */
  stop(): Promise<void>
  /** Sends nothing more, whatever was begun. */
  abandon(): void
}

/** Clients that each write under a key, read it back, and try again as they are told to. */
export const load = ({ send, tokenFor, livezPort, ledger }: LoadOptions): Load => {
  const figures: Figures = {
    requests: 0,
    failures: {},
    failed: 0,
    rude: [],
    slowestMs: 0,
    livezFailures: 0,
    acknowledged: 0,
  }
  let over = false
  let abandoned = false
  const served = new Map<number, number>()
  const last = { failure: '' }

  const note = ({ status, code, retryAfter, ms }: Reply, success: number): boolean => {
    figures.requests += 1
    figures.slowestMs = Math.max(figures.slowestMs, ms)
    if (status === success) return true
    const name = status === 0 ? 'no answer' : [status, code].filter(Boolean).join(' ')
    last.failure = name
    figures.failed += 1
    figures.failures[name] = (figures.failures[name] ?? 0) + 1
    if (status !== 503 || retryAfter === undefined) figures.rude.push(name)
    return false
  }

  /** The same request under the same key until it is acknowledged. */
  const write = async (token: string, title: string): Promise<void> => {
    const key = randomUUID()
    const wanted = { method: 'POST', path: TASKS, token, key, json: { title } }
    const until = performance.now() + STEADY_WITHIN_MS * 2
    while (!note(await send(wanted), 201)) {
      if (abandoned) return
      if (performance.now() > until) throw new Error(`a write is refused for ever: ${last.failure}`)
      await delay(PAUSE_MS)
    }
    ledger.add(title)
    figures.acknowledged += 1
  }

  const work = async (n: number): Promise<void> => {
    const subject = `rehearsal-${n}`
    while (!over) {
      await write(tokenFor(subject), `rehearsed ${randomUUID()}`)
      await delay(PAUSE_MS)
      note(await send({ path: `${TASKS}?per_page=1`, token: tokenFor(subject) }), 200)
      served.set(n, (served.get(n) ?? 0) + 1)
      await delay(PAUSE_MS)
    }
  }

  const watch = setInterval(async () => {
    const port = livezPort()
    if (port === undefined) return
    const status = await ask(port, '/livez').then(
      (answer) => answer.status,
      () => 0,
    )
    if (status !== 200 && livezPort() === port) figures.livezFailures += 1
  }, WATCH_MS)
  const clients = Array.from({ length: CLIENTS }, (_, n) => work(n))
  for (const one of clients) one.catch(() => undefined)

  return {
    figures,
    steady: async () => {
      const before = new Map(served)
      const until = performance.now() + STEADY_WITHIN_MS
      const isServed = (n: number) => (served.get(n) ?? 0) >= (before.get(n) ?? 0) + 2
      while (!clients.every((_, n) => isServed(n))) {
        if (performance.now() > until)
          throw new Error(
            `not every client was served within ${STEADY_WITHIN_MS / 1_000} s, at last ${last.failure || 'no answer yet'}`,
          )
        await delay(20)
      }
    },
    stop: async () => {
      over = true
      clearInterval(watch)
      await Promise.all(clients)
    },
    abandon: () => {
      abandoned = true
      over = true
      clearInterval(watch)
    },
  }
}

/** In one line, as far as there is something to tell. */
export const told = ({ requests, failures, failed, slowestMs }: Figures): string => {
  const kinds = Object.entries(failures).map(([name, count]) => `${count} × ${name}`)
  const list = kinds.length > 0 ? ` (${kinds.join(', ')})` : ''
  return `${requests} requests, ${failed} failed${list}, slowest ${(slowestMs / 1_000).toFixed(2)} s`
}
