import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundling } from '../../bootstrap/build.ts'
import {
  askUntil,
  commandIn,
  freePort,
  type Program,
  program,
} from '../../bootstrap/system/throwaway-service.ts'
import { type Issuer, SECRET } from './issuer.ts'

/** One of the programs that are compared. */
export interface Target {
  name: string
  url: string
  /** what a request of this owner carries */
  headers: Record<string, string>
  process: Program
}

const POOL_MAX = 10

const common = (url: string) => ({
  DATABASE_URL: url,
  DATABASE_POOL_MAX: String(POOL_MAX),
})

/** The production build, as the Procfile starts it. The limits that would turn the bench itself away are lifted. */
const serviceEnv = (url: string) => ({
  ...common(url),
  APP_ENV: 'test',
  CORS_ORIGINS: 'https://app.example.com',
  DATABASE_QUEUE_MAX: '1000',
  RATE_LIMIT_PER_MINUTE: '1000000',
})

export const startService = (
  cwd: string,
  url: string,
  env: Record<string, string>,
  node = process.execPath,
) => start([node, ...commandIn(cwd).split(' ').slice(1)], cwd, { ...serviceEnv(url), ...env })

const start = async (command: string[], cwd: string, env: Record<string, string>) => {
  const port = await freePort()
  const started = program(command, { cwd, env: { ...env, PORT: String(port) } })
  await askUntil(port, '/health', 200)
  return { process: started, url: `http://127.0.0.1:${port}` }
}

/** The floor bundled by the same means, so that nothing is compared but what the programs do. */
export const buildFloor = (directory: string) =>
  build({
    ...bundling,
    entryPoints: [fileURLToPath(new URL('floor.ts', import.meta.url))],
    outfile: join(directory, 'dist/floor.js'),
  })

/**
 * The floor, the floor with one statement at a time on each connection as ours has it, and the service with either
 * kind of token; all on one database.
 */
export const startTargets = async (cwd: string, url: string, issuer: Issuer): Promise<Target[]> => {
  const secret = { BETTER_AUTH_SECRET: SECRET }
  const bare = { ...common(url), ...secret }
  return [
    {
      name: 'floor',
      headers: issuer.shared,
      ...(await start([process.execPath, 'dist/floor.js'], cwd, bare)),
    },
    {
      name: 'exclusive',
      headers: issuer.shared,
      ...(await start([process.execPath, 'dist/floor.js'], cwd, { ...bare, MAX_PIPELINE: '0' })),
    },
    { name: 'HS256', headers: issuer.shared, ...(await startService(cwd, url, secret)) },
    {
      name: 'JWKS',
      headers: issuer.published,
      ...(await startService(cwd, url, { AUTH_JWKS_URL: issuer.url })),
    },
  ]
}

/** Resident memory in megabytes. */
export const residentMb = ({ pid }: Program): number =>
  Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)]).stdout) / 1_024

/** Processor time used so far, in microseconds; only Linux tells it finely enough (proc_pid_stat(5)). */
export const cpuUs = ({ pid }: Program): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const TICK_US = 10_000
    return (Number(fields[11]) + Number(fields[12])) * TICK_US
  } catch {
    return Number.NaN
  }
}
