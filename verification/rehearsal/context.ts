import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Issuer, issuer as newIssuer } from '../../bootstrap/system/issuer.ts'
import { type ApiClient, apiClient } from './client.ts'
import type { Deployment } from './deployment.ts'
import { type CertificateAuthority, certificateAuthority } from './platform/certificates.ts'
import { type Edge, edge as newEdge } from './platform/edge.ts'
import { type Frontend, frontend as newFrontend } from './platform/frontend.ts'
import { type Hosts, hostsFile, localHosts, platformHosts } from './platform/hosts.ts'
import type { Neon } from './platform/neon.ts'
import { sandbox as newSandbox, type Sandbox } from './platform/sandbox.ts'
import { type Source, sourceOf } from './source.ts'
import { teardown as newTeardown, type Teardown } from './teardown.ts'

export interface RehearsalOptions {
  /** what is rehearsed */
  tree: string
  /** where the reports go */
  out: string
  /** variables that are left out, to see which step tells of it */
  without: readonly string[]
  /** how long the database takes to wake, where a test is not to wait for a slow one */
  coldStartMs?: number
}

/** Everything around the service, and what the steps share. */
export interface RehearsalContext {
  options: RehearsalOptions
  source: Source
  /** holds all temporary files, of everything that is started too */
  folder: string
  /** the clean copy */
  app: string
  sandbox: Sandbox
  ca: CertificateAuthority
  caFile: string
  hosts: Hosts
  issuer: Issuer
  edge: Edge
  frontend: Frontend
  client: ApiClient
  secret: string
  /** the titles of all writes that were acknowledged */
  acknowledged: Set<string>
  teardown: Teardown
  neon?: Neon
  /** what requests are routed to; none where the last one was lost */
  serving?: Deployment
}

/** Prepares all but the database: certificates, an issuer, a frontend, an edge without an instance. */
export const rehearsalContext = async (options: RehearsalOptions): Promise<RehearsalContext> => {
  const teardown = newTeardown()
  const folder = mkdtempSync(join(tmpdir(), 'tasks-rehearsal-'))
  // PostgreSQL and PgBouncer refuse to run as root; their user has to pass through this folder.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  try {
    const sandbox = sandboxIn(folder, teardown)
    const hosts = sandbox.missing ? localHosts : platformHosts
    const ca = await certificateAuthority()
    const caFile = join(folder, 'ca.pem')
    writeFileSync(caFile, ca.certificate)
    mkdirSync(resolve(options.out), { recursive: true })
    const issuer = await newIssuer({ host: hosts.issuer, tls: await ca.issue([hosts.issuer]) })
    teardown.add(issuer.close)
    const edgeHosts = [...new Set([hosts.api, 'localhost'])]
    const edge = await newEdge(hosts.api, await ca.issue(edgeHosts))
    teardown.add(edge.close)
    const frontend = await newFrontend(hosts.frontend, await ca.issue([hosts.frontend]), edge.url)
    teardown.add(frontend.close)
    const client = apiClient(edge.url, ca.certificate)
    teardown.add(client.close)
    return {
      options,
      source: sourceOf(resolve(options.tree)),
      folder,
      app: join(folder, 'app'),
      sandbox,
      ca,
      caFile,
      hosts,
      issuer,
      edge,
      frontend,
      client,
      secret: randomBytes(48).toString('base64url'),
      acknowledged: new Set(),
      teardown,
    }
  } catch (error) {
    await teardown.run()
    removeFolder(folder)
    throw error
  }
}

/** A sandbox in which whatever still runs is killed at the end. */
const sandboxIn = (folder: string, teardown: Teardown): Sandbox => {
  const file = join(folder, 'hosts')
  writeFileSync(file, hostsFile(platformHosts))
  const { missing, run } = newSandbox(file)
  return {
    missing,
    run: (command, options) => {
      const running = run(command, options)
      teardown.add(running.kill)
      return running
    },
  }
}

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
