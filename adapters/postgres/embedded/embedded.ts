import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import getPort from 'get-port'
import postgres from 'postgres'
import { embeddedBinaries, installedBinaries } from './binaries.ts'
import { builtCluster, privateDirectory } from './cluster.ts'
import { occupied, unoccupied } from './occupancy.ts'
import { type GuardedProcess, guardedProcess } from './process.ts'
import { type Account, unprivileged } from './unprivileged.ts'

export interface EmbeddedOptions {
  /** A directory for this server alone; it is made, closed to others, and kept between runs. */
  directory: string
  /** false trades the data's safety in a crash of the machine for speed: for tests. */
  durable?: boolean
  /** The folder of another PostgreSQL's programs, instead of the one that comes with the clone. */
  bin?: string
  /** Where to listen on 127.0.0.1; a free port when left out. */
  port?: number
  /** Server settings, as in postgresql.conf. */
  settings?: Record<string, string>
  /** Certificate chain and key in PEM: the server then speaks TLS to those who ask for it. */
  tls?: { certificate: string; key: string }
}

export interface EmbeddedPostgres {
  url: string
  port: number
  /** The server's own process, to signal it in tests of faults. */
  pid: number
  /** Ends the server within 13 s, whatever state it is in; may be called again. */
  stop(): Promise<void>
}

// A second on an idle machine; initdb alone has taken 25 s under a load of 16 on two cores.
const start_ms = 120_000
// Not synchronous_commit=off: a test that kills the server must find what was committed.
const fast = { fsync: 'off', full_page_writes: 'off' }

/**
 * A real PostgreSQL for development and tests without Docker or a system package. It ends when node
 * ends and hooks no signals; it runs as root too, and starts again after any crash.
 */
export async function embeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { durable = true, tls } = options
  const directory = privateDirectory(options.directory)
  const until = performance.now() + start_ms
  await unoccupied(directory, until)
  const binaries = options.bin ? installedBinaries(options.bin) : embeddedBinaries(directory)
  const account = unprivileged(binaries.postgres, directory, binaries.environment)
  const work = { durable, binaries, account, until }
  const { data, password } = await builtCluster(directory, work)
  if (tls) writeCertificate(data, tls, account)

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '64MB',
    ...(durable ? {} : fast),
    ...(tls ? { ssl: 'on' } : {}),
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  for (;;) {
    const port = options.port ?? (await getPort({ host: '127.0.0.1' }))
    const run = [binaries.postgres, '-D', data, '-p', String(port), ...flags]
    const server = guardedProcess(account.prefix, run, binaries.environment)
    if (await server.wrote('ready to accept connections', until - performance.now())) {
      const url = await withDatabase(`postgres://tasks:${password}@127.0.0.1:${port}`, server)
      server.unref()
      let stopped: Promise<void> | undefined
      const stop = () => {
        stopped ??= server.stop()
        return stopped
      }
      return { url, port, pid: server.pid, stop }
    }
    await server.stop()
    await worthAnotherTry(directory, server, options.port, until)
  }
}

function writeCertificate(data: string, tls: { certificate: string; key: string }, to: Account) {
  const files = { 'server.crt': tls.certificate, 'server.key': tls.key }
  for (const [name, pem] of Object.entries(files)) {
    writeFileSync(join(data, name), pem, { mode: 0o600 })
    to.own(join(data, name))
  }
}

async function withDatabase(server: string, running: GuardedProcess): Promise<string> {
  const sql = postgres(`${server}/postgres`, { max: 1, connect_timeout: 10 })
  try {
    const found = await sql`select from pg_database where datname = 'tasks'`
    if (found.length === 0) await sql`create database tasks`
  } catch (error) {
    await running.stop()
    throw error
  } finally {
    await sql.end({ timeout: 1 })
  }
  return `${server}/tasks`
}

/** Returns where trying again can help: the port was taken meanwhile, or a child of a dead server still runs. */
async function worthAnotherTry(
  directory: string,
  server: GuardedProcess,
  port: number | undefined,
  until: number,
): Promise<void> {
  const log = server.log()
  const portTaken = log.includes('could not bind')
  const passing = log.includes('pre-existing shared memory block') || (portTaken && !port)
  if (passing && performance.now() < until) return delay(100)
  if (log.includes('lock file "postmaster.pid" already exists')) throw occupied(directory)
  if (portTaken) throw new Error(`Port ${port} is taken: choose another one, or none.`)
  throw new Error(`The embedded PostgreSQL in ${directory} did not start:\n${log}`)
}
