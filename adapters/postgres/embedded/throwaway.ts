import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedOptions, type EmbeddedPostgres, embeddedPostgres } from './embedded.ts'
import { query } from './query.ts'

export interface ThrowawayDatabase {
  url: string
  /** The server, when it is this database's own. */
  readonly server?: EmbeddedPostgres
  drop(): Promise<void>
}

export interface ThrowawayServer extends ThrowawayDatabase {
  /** The server that runs now: another one after each restart. */
  readonly server: EmbeddedPostgres
  /** Starts it anew with its data at the same URL, stopping it first if it still runs. */
  restart(): Promise<void>
}

/**
 * An empty database for one test file: on the server of DATABASE_URL where there is one (CI tests
 * the versions in production that way), else on an embedded server of its own.
 */
export async function throwawayDatabase(): Promise<ThrowawayDatabase> {
  const server = process.env.DATABASE_URL
  return server ? databaseOn(server) : throwawayServer()
}

/** An embedded server of the test's own, which it may stop, freeze and kill. */
export async function throwawayServer(
  options: Omit<EmbeddedOptions, 'directory' | 'durable'> = {},
): Promise<ThrowawayServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-postgres-'))
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  const start = (port = options.port) =>
    embeddedPostgres({ ...options, directory, durable: false, ...(port ? { port } : {}) })
  let server = await start().catch((error) => {
    remove()
    throw error
  })
  return {
    url: server.url,
    get server() {
      return server
    },
    async restart() {
      await server.stop()
      server = await start(server.port)
    },
    async drop() {
      await server.stop()
      remove()
    },
  }
}

async function databaseOn(server: string): Promise<ThrowawayDatabase> {
  const name = `tasks_test_${randomBytes(8).toString('hex')}`
  await query(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = name
  return {
    url: url.href,
    async drop() {
      await query(server, `drop database if exists ${name} with (force)`)
    },
  }
}
