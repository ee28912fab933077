import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundling } from '../../bootstrap/build.ts'
import { commandIn } from '../../bootstrap/system/build.ts'
import { requestUntil } from '../../bootstrap/system/http-client.ts'
import { type Issuer, sharedSecretToken } from '../../bootstrap/system/issuer.ts'
import {
  SECRET,
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from '../../bootstrap/system/service-process.ts'

/** One of the programs that are compared. */
export interface Target {
  name: string
  url: string
  /** sent with each request: a token of the owner */
  headers: Record<string, string>
  process: ServiceProcess
}

/** The settings of all targets; those that would turn the bench away are raised. */
const env = (databaseUrl: string): NodeJS.ProcessEnv => ({
  ...serviceEnv(databaseUrl),
  EVENT_LOOP_DELAY_MAX_MS: '200',
  RATE_LIMIT_PER_MINUTE: '1000000',
})

/** Starts the production build as the Procfile does, and waits for its health check. */
export const startService = (
  cwd: string,
  databaseUrl: string,
  more: NodeJS.ProcessEnv = {},
  node = process.execPath,
): Promise<ServiceProcess> => {
  const command = [node, ...commandIn(cwd).split(' ').slice(1)]
  return healthy({ cwd, command, env: { ...env(databaseUrl), ...more } })
}

const startFloor = (cwd: string, databaseUrl: string, more: NodeJS.ProcessEnv = {}) =>
  healthy({
    cwd,
    command: [process.execPath, 'dist/floor.js'],
    env: { ...env(databaseUrl), DATABASE_POOL_MAX: '10', ...more },
  })

const healthy = async (options: Parameters<typeof serviceProcess>[0]): Promise<ServiceProcess> => {
  const started = await serviceProcess(options)
  await requestUntil(started.port, '/health', 200)
  return started
}

/** Bundles the floor by the same means, so that nothing is compared but what the programs do. */
export const buildFloor = (directory: string) =>
  build({
    ...bundling,
    entryPoints: [fileURLToPath(new URL('floor.ts', import.meta.url))],
    outfile: join(directory, 'dist/floor.js'),
  })

/**
 * The floor, the floor with one statement at a time on each connection as the service has it, the floor on a table
 * that has the least, and the service with either kind of token; all on one database.
 */
export const startTargets = async (
  cwd: string,
  databaseUrl: string,
  issuer: Issuer,
  owner: string,
): Promise<Target[]> => {
  const shared = await sharedSecretToken(SECRET, owner)
  const target = (name: string, token: string, process: ServiceProcess): Target => ({
    name,
    url: `http://127.0.0.1:${process.port}`,
    headers: { authorization: `Bearer ${token}` },
    process,
  })
  const keySet = { BETTER_AUTH_SECRET: undefined, AUTH_JWKS_URL: issuer.url }
  return [
    target('floor', shared, await startFloor(cwd, databaseUrl)),
    target('exclusive', shared, await startFloor(cwd, databaseUrl, { MAX_PIPELINE: '0' })),
    target('lean', shared, await startFloor(cwd, databaseUrl, { LEAN: '1' })),
    target('HS256', shared, await startService(cwd, databaseUrl)),
    target('JWKS', await issuer.tokenFor(owner), await startService(cwd, databaseUrl, keySet)),
  ]
}
