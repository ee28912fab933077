import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import {
  type ThrowawayServer,
  throwawayServer,
} from '../../../adapters/postgres/embedded/throwaway.ts'
import {
  hasPgbouncer,
  type Pgbouncer,
  pgbouncer,
} from '../../../adapters/postgres/faults/pgbouncer.ts'

/** Neon mostly wakes within a few hundred milliseconds; this is one of the rare slow ones. */
const COLD_START_MS = 2_500
const SERVER_CONNECTIONS = 20

/** A PostgreSQL and the pooler beside it, which sleep, wake and die together as they do at Neon. */
export interface Compute {
  user: string
  password: string
  database: string
  /** whether a real PgBouncer stands before the server */
  pooled: boolean
  /** The port of the server or its pooler; wakes both first. @throws Error while it is being restarted */
  awake(pooled: boolean): Promise<number>
  /** Ends what is connected and stops; the next one who comes wakes it. */
  suspend(): Promise<void>
  /** Kills it, leaves it away for a while and starts it anew. */
  restart(awayMs: number): Promise<void>
  /** Asks the server itself, as its superuser, on a connection of its own. */
  ask(statement: string): Promise<Record<string, unknown>[]>
  /** Keeps every request for tasks waiting until it is let go. */
  hold(): Promise<Hold>
  /** when it last became ready, by `performance.now()` */
  readonly readyAt: number
  /** how often somebody has woken it */
  readonly woken: number
  stop(): Promise<void>
}

export interface Hold {
  /** how many statements wait */
  waiting(): Promise<number>
  release(): Promise<void>
}

/** The role is made as the README tells: by SQL, without rights on anything but the database that it owns. */
const roleAndDatabase = (name: string, password: string) => [
  `create role ${name} login password '${password}'`,
  `create database tasks_live owner ${name}`,
]

export const compute = async (coldStartMs = COLD_START_MS): Promise<Compute> => {
  const pooled = hasPgbouncer()
  const [user, password, database] = [
    'tasks_api',
    randomBytes(24).toString('base64url'),
    'tasks_live',
  ]
  const server: ThrowawayServer = await throwawayServer()
  const own = Object.assign(new URL(server.url), { username: user, password, pathname: database })
  let pooler: Pgbouncer | undefined
  let state: 'up' | 'asleep' | 'away' = 'up'
  let waking: Promise<void> | undefined
  let stopping: Promise<void> | undefined
  let readyAt = performance.now()
  let woken = 0

  const ask = async (statement: string, url = server.url) => {
    const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined })
    return [...(await sql.unsafe(statement).finally(() => sql.end({ timeout: 1 })))]
  }
  const begin = async () => {
    if (pooled) pooler = await pgbouncer(own.href, SERVER_CONNECTIONS)
    state = 'up'
    readyAt = performance.now()
  }
  const wake = async () => {
    woken += 1
    await stopping
    await Promise.all([server.restart(), delay(coldStartMs)])
    await begin()
  }
  const endPooler = async () => {
    await pooler?.stop()
    pooler = undefined
  }

  /** Idle connections are terminated by the server before the pooler goes. */
  const sleep = async () => {
    const idle = `from pg_stat_activity where usename = '${user}' and state = 'idle'`
    await ask(`select pg_terminate_backend(pid) ${idle}`)
    await endPooler()
    await server.server.stop()
  }

  try {
    for (const statement of roleAndDatabase(user, password)) await ask(statement)
    await begin()
  } catch (error) {
    await server.drop()
    throw error
  }
  return {
    user,
    password,
    database,
    pooled,
    awake: async (throughPooler) => {
      if (state === 'away') throw new Error("Couldn't connect to compute node")
      if (state === 'asleep')
        waking ??= wake().finally(() => {
          waking = undefined
        })
      await waking
      return Number((throughPooler && pooler ? new URL(pooler.url) : own).port)
    },
    suspend: () => {
      state = 'asleep'
      stopping = sleep()
      return stopping
    },
    restart: async (awayMs) => {
      state = 'away'
      process.kill(server.server.pid, 'SIGKILL')
      await endPooler()
      await delay(awayMs)
      await server.restart()
      await begin()
    },
    ask: (statement) =>
      ask(statement, Object.assign(new URL(server.url), { pathname: database }).href),
    hold: async () => {
      const url = Object.assign(new URL(server.url), { pathname: database }).href
      const sql = postgres(url, { max: 1, onnotice: () => undefined })
      const own = await sql.reserve()
      await own`begin`
      await own`lock table tasks in access exclusive mode`
      let released: Promise<void> | undefined
      return {
        waiting: async () =>
          (await own`select from pg_stat_activity where wait_event_type = 'Lock'`).length,
        release: () => {
          released ??= own`commit`.then(() => sql.end({ timeout: 1 }))
          return released
        },
      }
    },
    get readyAt() {
      return readyAt
    },
    get woken() {
      return woken
    },
    stop: async () => {
      await Promise.allSettled([stopping, waking])
      await endPooler()
      await server.drop()
    },
  }
}
