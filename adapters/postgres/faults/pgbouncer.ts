import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'

// Debian installs it where an ordinary user's PATH does not look.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }

/** False where no PgBouncer is installed; tests that need it are then skipped by name. */
export const hasPgbouncer = (): boolean =>
  spawnSync('pgbouncer', ['--version'], { env }).status === 0

export interface Pgbouncer {
  /** The same database by way of the pooler. */
  url: string
  stop(): Promise<void>
}

/** A real PgBouncer in transaction mode before this database, with as many server connections as given. */
export const pgbouncer = async (url: string, poolSize = 5): Promise<Pgbouncer> => {
  const { hostname, port, username, password, pathname } = new URL(url)
  const directory = mkdtempSync(join(tmpdir(), 'tasks-pgbouncer-'))
  const own = await getPort({ host: '127.0.0.1' })
  writeFileSync(join(directory, 'users'), `"${username}" "${decodeURIComponent(password)}"\n`)
  writeFileSync(
    join(directory, 'ini'),
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(directory, 'users')}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`,
  )
  // It refuses to run as root, and takes on another account by itself.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  if (user.length > 0) spawnSync('chown', ['-R', 'nobody', directory])
  const child = spawn('pgbouncer', [...user, join(directory, 'ini')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
      if (log.includes('process up')) resolve()
    })
    ended.then(() => reject(new Error(`PgBouncer did not start:\n${log}`)))
  })
  const through = new URL(url)
  through.host = `127.0.0.1:${own}`
  return {
    url: through.href,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
