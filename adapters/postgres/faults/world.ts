import { setTimeout as pause } from 'node:timers/promises'
import { query } from '../embedded/query.ts'
import type { throwawayServer } from '../embedded/throwaway.ts'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'
import { marks } from './subjects.ts'

/** A database with a proxy before it, and a way round the proxy for whoever plays fate. */
export interface World {
  server: Awaited<ReturnType<typeof throwawayServer>>
  proxy: FaultProxy
  /** by way of the proxy */
  url: string
  /** Asks the server itself, on a connection of its own. */
  ask(statement: string): Promise<Record<string, unknown>[]>
  /** Ends the backends of everybody else, or of those who run what matches; returns how many. */
  terminate(running?: string): Promise<number>
  /** Resolves once so many backends of others run what matches. */
  running(pattern: string, count?: number): Promise<void>
}

/** The contract's bound for any request. */
export const BOUND_MS = 10_000
/** How long tests wait for what has no bound of its own: a machine that is busy with something else is no fault. */
const PATIENCE_MS = 120_000

export const createWorld = async (
  server: World['server'],
): Promise<World & { leave(): Promise<void> }> => {
  const proxy = await faultProxy(server.url)
  const connection = { application_name: 'fate' }
  const ask = (statement: string) =>
    query(server.url, statement, { fetch_types: false, connection })
  const others = `from pg_stat_activity where backend_type = 'client backend' and application_name <> 'fate'`
  const world: World = {
    server,
    proxy,
    url: proxy.through(server.url),
    ask,
    terminate: async (pattern = '') => {
      const ended = await ask(
        `select pg_terminate_backend(pid) ${others} and query like '%${pattern}%'`,
      )
      return ended.length
    },
    running: async (pattern, count = 1) => {
      await until(async () => {
        const active = await ask(
          `select pid ${others} and state like '%active%' and query like '%${pattern}%'`,
        )
        return active.length >= count
      })
    },
  }
  await ask(`${marks}; truncate marks, keyed_marks`)
  return { ...world, leave: () => proxy.close() }
}

export { pause }

/** Asks again and again. @throws Error when that leads nowhere for long */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  ms = PATIENCE_MS,
): Promise<void> => {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not reached within ${ms} ms: ${holds}`)
    await pause(20)
  }
}

export type Settled = { ok: true; value: unknown } | { ok: false; error: { code?: string } }

/**
 * How a promise ended. @throws Error when it has not within the bound. What is judged has timers of its own in this
 * process, so that a busy machine is late with both.
 */
export const settled = async (work: Promise<unknown>, ms = BOUND_MS): Promise<Settled> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled within ${ms} ms`)), ms)
  })
  const end = work.then(
    (value) => ({ ok: true as const, value }),
    (error) => ({ ok: false as const, error }),
  )
  return Promise.race([end, late]).finally(() => clearTimeout(timer))
}

/** Milliseconds until the first success, asking ten times a second. */
export const recovery = async (ask: () => Promise<unknown>, ms = PATIENCE_MS): Promise<number> => {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const end = setTimeout(() => stop(() => reject(new Error(`no success within ${ms} ms`))), ms)
    const asking = setInterval(() => {
      ask().then(
        () => stop(() => resolve(performance.now() - start)),
        () => undefined,
      )
    }, 100)
    const stop = (then: () => void) => {
      clearInterval(asking)
      clearTimeout(end)
      then()
    }
  })
}
