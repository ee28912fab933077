import { spawn, spawnSync } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../adapters/postgres/faults/free-port.ts'

/** The whole service in a process of its own, started as a deploy would start it, on any database. */
export interface ServiceProcess {
  readonly url: string
  readonly pid: number
  /** the log so far, each line an object */
  log(): Record<string, unknown>[]
  /** everything written so far, as it is */
  written(): string
  /** the exit code, or the signal that ended it; undefined while it runs */
  readonly end: string | undefined
  /** Asks as this owner. */
  ask(path: string, request?: Ask): Promise<Response>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<string>
}

export interface Ask {
  owner?: string
  method?: string
  body?: unknown
  key?: string
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Brings the database up to date, as a deploy does before it starts the service. */
export const migrateProcess = (env: NodeJS.ProcessEnv): { code: number | null; text: string } => {
  const done = spawnSync(process.execPath, ['--import', 'tsx', 'bootstrap/migrate.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  })
  return { code: done.status, text: done.stdout + done.stderr }
}

export const serviceProcess = async (
  databaseUrl: string,
  env: NodeJS.ProcessEnv = {},
): Promise<ServiceProcess> => {
  const secret = randomBytes(48).toString('base64url')
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', 'bootstrap/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      APP_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      BETTER_AUTH_SECRET: secret,
      CORS_ORIGINS: 'http://localhost:3000',
      RATE_LIMIT_PER_MINUTE: '1000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  let end: string | undefined
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      end = signal ?? `exit code ${code}`
      resolve(end)
    })
  })
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        written += text
        if (written.includes('"message":"ready"')) resolve()
      })
    ended.then((how) => reject(new Error(`the service did not start (${how}):\n${written}`)))
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    pid: child.pid ?? 0,
    log: () =>
      written
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    written: () => written,
    get end() {
      return end
    },
    ask: (path, { owner = 'ada', method = 'GET', body, key } = {}) =>
      fetch(url + path, {
        method,
        headers: {
          Authorization: `Bearer ${token(owner, secret)}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(key !== undefined && { 'Idempotency-Key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      }),
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

const token = (owner: string, secret: string): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.trunc(Date.now() / 1_000) + 3_600
  const text = `${part({ alg: 'HS256' })}.${part({ sub: owner, exp })}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
