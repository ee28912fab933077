import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import getPort from 'get-port'
import type { Browser, Page } from 'playwright-core'
import { throwawayServer } from '../../../adapters/postgres/embedded/throwaway.ts'
import { root, throwawayBuild } from '../../../bootstrap/system/build.ts'
import { requestUntil } from '../../../bootstrap/system/http-client.ts'
import { program } from '../../../bootstrap/system/program.ts'
import {
  migrateDatabase,
  serviceEnv,
  serviceProcess,
} from '../../../bootstrap/system/service-process.ts'
import { type AuthServer, authServer } from './auth-server.ts'
import { nextApp } from './next-app.ts'

const execute = promisify(execFile)
const MINUTE_MS = 60_000

/** What the steps share. What was started is in `undo`, the last first. */
export interface Stage {
  folder: string
  /** where pictures go */
  out: string
  undo: (() => unknown)[]
  appPort: number
  appOrigin: string
  /** there once the step that makes them has held */
  auth?: AuthServer
  apiUrl?: string
  browser?: Browser
  page?: Page
  /** the tokens that the page sent, in the order in which it first did */
  tokens: string[]
}

export const stage = async (out: string): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-frontend-'))
  mkdirSync(out, { recursive: true })
  const appPort = await getPort()
  const undo = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })]
  return { folder, out, undo, appPort, appOrigin: `http://localhost:${appPort}`, tokens: [] }
}

/** Runs a command of the folder to its end. @throws Error with the end of what it said */
const run = async (
  cwd: string,
  command: string,
  args: readonly string[],
  minutes: number,
  more = {},
) => {
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const env = {
    ...process.env,
    ...more,
    PATH,
    NEXT_TELEMETRY_DISABLED: '1',
    npm_config_ignore_scripts: 'false',
  }
  const options = { cwd, env, timeout: minutes * MINUTE_MS, maxBuffer: 50_000_000 }
  await execute(command, args, options).catch((error: { stderr?: string; stdout?: string }) => {
    const said = `${error.stdout ?? ''}\n${error.stderr ?? ''}`.trim().slice(-400)
    throw new Error(`${command} ${args.join(' ')} within ${minutes} min: ${said || 'no word'}`)
  })
}

/** The package of the client, as `npm pack` makes it. */
export const packClient = async ({ folder }: Stage): Promise<string> => {
  const source = join(folder, 'client')
  cpSync(join(root, 'adapters/http/client'), source, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'))
  await run(source, 'npm', ['pack', '--pack-destination', folder], 2)
  return join(folder, 'task-ownership-client-1.0.0.tgz')
}

/** Writes the app and installs what it is made of, from the npm registry. */
export const installApp = async ({ folder }: Stage, clientPackage: string): Promise<string> => {
  const app = join(folder, 'app')
  for (const [path, content] of Object.entries(nextApp(clientPackage))) {
    mkdirSync(dirname(join(app, path)), { recursive: true })
    writeFileSync(join(app, path), content)
  }
  await run(
    app,
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    8,
  )
  return app
}

/** The built service on a database of its own, which takes the tokens of Better Auth. */
export const startService = async (set: Stage): Promise<void> => {
  const { undo, appOrigin } = set
  const auth = await authServer(appOrigin)
  undo.push(() => auth.down().catch(() => undefined))
  const built = await throwawayBuild()
  undo.push(built.remove)
  const database = await throwawayServer()
  undo.push(database.drop)
  await migrateDatabase(built.directory, database.url)
  const { BETTER_AUTH_SECRET: _, ...env } = serviceEnv(database.url)
  const service = await serviceProcess({
    cwd: built.directory,
    env: {
      ...env,
      CORS_ORIGINS: appOrigin,
      AUTH_JWKS_URL: `${auth.origin}/api/auth/jwks`,
      AUTH_ISSUER: appOrigin,
      AUTH_AUDIENCE: appOrigin,
    },
  })
  undo.push(() => service.kill())
  await requestUntil(service.port, '/health', 200)
  set.auth = auth
  set.apiUrl = `http://127.0.0.1:${service.port}`
}

/** Builds the app for production and serves it. */
export const startApp = async (set: Stage): Promise<void> => {
  const { folder, undo, appPort, apiUrl = '', auth } = set
  const cwd = join(folder, 'app')
  const env = {
    AUTH_URL: auth?.origin ?? '',
    NEXT_PUBLIC_API_URL: apiUrl,
    NEXT_TELEMETRY_DISABLED: '1',
  }
  await run(cwd, 'npx', ['next', 'build'], 8, env)
  const app = program(['npx', 'next', 'start', '--port', String(appPort)], { cwd, env })
  undo.push(() => app.kill())
  await requestUntil(appPort, '/', 200)
}
