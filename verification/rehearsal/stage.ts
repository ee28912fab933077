import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { commandIn } from '../../bootstrap/system/throwaway-service.ts'
import { type Source, sourceOf } from './clean-copy.ts'
import { client, type Send } from './client.ts'
import { type Deployment, deploy, healthOf } from './deployment.ts'
import { type Authority, authority } from './platform/certificates.ts'
import { type Edge, edge } from './platform/edge.ts'
import { frontend } from './platform/frontend.ts'
import { type Issuer, issuer } from './platform/issuer.ts'
import { hostsFile, localNames, type Names, platformNames } from './platform/names.ts'
import type { Neon } from './platform/neon.ts'
import { type Container, container } from './platform/sandbox.ts'
import { type Undo, undoing } from './undo.ts'

export interface RehearsalOptions {
  /** what is rehearsed */
  tree: string
  /** where the reports go */
  out: string
  /** variables that are forgotten on purpose, to see what becomes of it */
  without: readonly string[]
  /** how long the database takes to wake, where it is not to be one of its slow days */
  coldStartMs?: number
}

/** Everything around the service, and what the steps share. */
export interface Stage {
  options: RehearsalOptions
  source: Source
  /** all temporary files, of everything that is started too */
  folder: string
  /** the clean copy */
  app: string
  container: Container
  ca: Authority
  caFile: string
  names: Names
  issuer: Issuer
  edge: Edge
  frontendOrigin: string
  secret: string
  /** titles of all tasks whose writing was acknowledged */
  ledger: Set<string>
  send: Send
  undo: Undo
  neon?: Neon
  /** what requests are routed to; none where the last one was lost */
  running?: Deployment
}

/** Sets the stage: names, certificates, an issuer, a frontend, an edge before nothing. */
export const stageOf = async (options: RehearsalOptions): Promise<Stage> => {
  const undo = undoing()
  const folder = mkdtempSync(join(tmpdir(), 'tasks-rehearsal-'))
  // PostgreSQL and PgBouncer refuse to be root, and have to pass through.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  try {
    const hosts = join(folder, 'hosts')
    writeFileSync(hosts, hostsFile(platformNames))
    const plain = container(hosts)
    const own: Container = {
      ...plain,
      run: (command, place) => {
        const running = plain.run(command, place)
        undo.push(running.kill)
        return running
      },
    }
    const names = own.missing ? localNames : platformNames
    const ca = authority()
    const caFile = join(folder, 'ca.pem')
    writeFileSync(caFile, ca.certificate)
    mkdirSync(resolve(options.out), { recursive: true })
    const auth = await issuer(ca, names.issuer)
    undo.push(auth.close)
    const gate = await edge(ca, names.api)
    undo.push(gate.close)
    const page = await frontend(ca, { host: names.frontend, api: () => gate.url })
    undo.push(page.close)
    const caller = client(gate.url, gate.port, ca.certificate)
    undo.push(caller.close)
    return {
      options,
      source: sourceOf(resolve(options.tree)),
      folder,
      app: join(folder, 'app'),
      container: own,
      ca,
      caFile,
      names,
      issuer: auth,
      edge: gate,
      frontendOrigin: page.origin,
      secret: randomBytes(48).toString('base64url'),
      ledger: new Set(),
      send: caller.send,
      undo,
    }
  } catch (error) {
    await undo.all()
    removeFolder(folder)
    throw error
  }
}

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })

export type Mode = 'key set' | 'shared secret'

/** Where pages come from: a frontend on Vercel, and ours, which a machine without names cannot have. */
export const originsOf = ({ container: { missing }, frontendOrigin }: Stage): string[] => [
  'https://tasks-rehearsal.vercel.app',
  ...(missing ? [] : [frontendOrigin]),
]

/** What a person would have set at Railway by the README, and what Railway sets itself. */
export const variablesOf = (stage: Stage, mode: Mode): NodeJS.ProcessEnv => {
  const { neon: project, source, names, issuer: auth, caFile, ca, options } = stage
  const env: NodeJS.ProcessEnv = {
    DATABASE_URL: project?.url,
    DATABASE_URL_UNPOOLED: project?.unpooledUrl,
    DATABASE_CA: ca.certificate,
    CORS_ORIGINS: originsOf(stage).join(','),
    ...(mode === 'key set'
      ? // The issuer's certificate is ours as well; Node takes that from nowhere else.
        { AUTH_JWKS_URL: auth.url, NODE_EXTRA_CA_CERTS: caFile }
      : { BETTER_AUTH_SECRET: stage.secret, AUTH_ISSUER: auth.origin, AUTH_AUDIENCE: auth.origin }),
    NODE_ENV: 'production',
    RAILWAY_ENVIRONMENT_NAME: 'production',
    RAILWAY_SERVICE_NAME: 'tasks-api',
    RAILWAY_DEPLOYMENT_ID: 'rehearsal',
    RAILWAY_REPLICA_ID: 'rehearsal-1',
    RAILWAY_PUBLIC_DOMAIN: names.api,
    RAILWAY_DEPLOYMENT_DRAINING_SECONDS: '15',
    RAILWAY_DEPLOYMENT_OVERLAP_SECONDS: '5',
    RAILWAY_GIT_COMMIT_SHA: source.commit,
  }
  for (const name of options.without) delete env[name]
  return env
}

/** Starts another instance beside what runs, without routing to it. */
export const deployOn = (
  { container: own, app }: Stage,
  env: NodeJS.ProcessEnv,
): Promise<Deployment> => deploy({ container: own, cwd: app, command: commandIn(app), env })

/** What serves: a new instance where there is none, or none that is well. */
export const serving = async (stage: Stage): Promise<Deployment> => {
  if (stage.running && (await healthOf(stage.running.port)) === 200) return stage.running
  await stage.running?.program.kill()
  delete stage.running
  stage.running = await deployOn(stage, variablesOf(stage, 'key set'))
  stage.edge.route(stage.running.port)
  return stage.running
}
