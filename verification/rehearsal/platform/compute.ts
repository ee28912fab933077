import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { throwawayServer } from '../../../adapters/postgres/embedded/throwaway.ts'
import {
  hasPgbouncer,
  type Pgbouncer,
  pgbouncer,
} from '../../../adapters/postgres/faults/pgbouncer.ts'
import { lockTasks, query, type TableLock } from './superuser.ts'

/** Neon mostly wakes within a few hundred milliseconds; this is one of the rare slow ones. */
const COLD_START_MS = 2_500
const SERVER_CONNECTIONS = 20

/** A PostgreSQL and its pooler, which are suspended, woken and restarted together as they are at Neon. */
export interface Compute {
  user: string
  password: string
  database: string
  /** whether a real PgBouncer stands before the server */
  pooled: boolean
  /** Wakes it if need be. Returns the port of the pooler or the server. @throws Error during a restart */
  wake(pooled: boolean): Promise<number>
  /** Terminates idle connections and stops; the next `wake` starts it. */
  suspend(): Promise<void>
  /** Kills it, and starts it anew after this time. */
  restart(awayMs: number): Promise<void>
  /** Runs a statement as superuser, past the pooler. */
  query(statement: string): Promise<Record<string, unknown>[]>
  lockTasks(): Promise<TableLock>
  /** when it last became ready, by `performance.now()` */
  readonly readyAt: number
  /** how often it was woken */
  readonly wakeUps: number
  close(): Promise<void>
}

/** The role is made as the README tells: by SQL, without rights on anything but the database that it owns. */
const roleAndDatabase = (user: string, password: string, database: string) => [
  `create role ${user} login password '${password}'`,
  `create database ${database} owner ${user}`,
]

export const compute = async (coldStartMs = COLD_START_MS): Promise<Compute> => {
  const pooled = hasPgbouncer()
  const [user, database] = ['tasks_api', 'tasks_live']
  const password = randomBytes(24).toString('base64url')
  const server = await throwawayServer()
  const url = Object.assign(new URL(server.url), { username: user, password, pathname: database })
  const superuserUrl = Object.assign(new URL(server.url), { pathname: database }).href
  let pooler: Pgbouncer | undefined
  let state: 'running' | 'suspended' | 'restarting' = 'running'
  let waking: Promise<void> | undefined
  let suspending: Promise<void> | undefined
  let readyAt = performance.now()
  let wakeUps = 0

  const becomeReady = async () => {
    if (pooled) pooler = await pgbouncer(url.href, SERVER_CONNECTIONS)
    state = 'running'
    readyAt = performance.now()
  }
  const stopPooler = async () => {
    await pooler?.stop()
    pooler = undefined
  }
  const wake = async () => {
    wakeUps += 1
    await suspending
    await Promise.all([server.restart(), delay(coldStartMs)])
    await becomeReady()
  }
  /** The server terminates idle connections before the pooler stops. */
  const suspend = async () => {
    const idle = `from pg_stat_activity where usename = '${user}' and state = 'idle'`
    await query(server.url, `select pg_terminate_backend(pid) ${idle}`)
    await stopPooler()
    await server.server.stop()
  }

  try {
    for (const statement of roleAndDatabase(user, password, database))
      await query(server.url, statement)
    await becomeReady()
  } catch (error) {
    await server.drop()
    throw error
  }
  return {
    user,
    password,
    database,
    pooled,
    wake: async (throughPooler) => {
      if (state === 'restarting') throw new Error("Couldn't connect to compute node")
      if (state === 'suspended')
        waking ??= wake().finally(() => {
          waking = undefined
        })
      await waking
      return Number((throughPooler && pooler ? new URL(pooler.url) : url).port)
    },
    suspend: () => {
      state = 'suspended'
      suspending = suspend()
      return suspending
    },
    restart: async (awayMs) => {
      state = 'restarting'
      process.kill(server.server.pid, 'SIGKILL')
      await stopPooler()
      await delay(awayMs)
      await server.restart()
      await becomeReady()
    },
    query: (statement) => query(superuserUrl, statement),
    lockTasks: () => lockTasks(superuserUrl),
    get readyAt() {
      return readyAt
    },
    get wakeUps() {
      return wakeUps
    },
    close: async () => {
      await Promise.allSettled([suspending, waking])
      await stopPooler()
      await server.drop()
    },
  }
}
