import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import { guardedProcess } from './process.ts'
import type { Account } from './unprivileged.ts'

const unfinished = 'cluster.new-'
const oldest_ms = 5 * 60_000

interface Work {
  durable: boolean
  binaries: Binaries
  account: Account
  /** When to give up, on the clock of performance.now(): at most two minutes away. */
  until: number
}

/** The directory, made and closed to others: it holds a password. */
export function privateDirectory(wanted: string): string {
  const directory = resolve(wanted)
  return writing(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    chmodSync(directory, 0o700)
    rmSync(mkdtempSync(join(directory, 'write-')), { recursive: true })
    return realpathSync(directory)
  })
}

/** Adds to EACCES which directory it is about and what to do. */
function writing<T>(directory: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL cannot keep its data in ${directory} (${(cause as Error).message}). ` +
        'Give this user a directory of its own there, choose another one, or set DATABASE_URL.',
      { cause },
    )
  }
}

/**
 * Builds the data folder if there is none. initdb may be interrupted, and two may run at once: each
 * works in a folder of its own, which is renamed when it is complete, password included.
 */
export async function builtCluster(
  directory: string,
  work: Work,
): Promise<{ data: string; password: string }> {
  const cluster = join(directory, 'cluster')
  removeUnfinished(directory)
  if (!existsSync(cluster)) await build(cluster, work)
  const password = writing(directory, () => readFileSync(join(cluster, 'password'), 'utf8'))
  return { data: join(cluster, 'data'), password }
}

async function build(cluster: string, { durable, binaries, account, until }: Work) {
  const building = mkdtempSync(join(cluster, '..', unfinished))
  const password = join(building, 'password')
  writeFileSync(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  for (const path of [building, password]) account.own(path)
  const run = [binaries.initdb, '-D', join(building, 'data'), `--pwfile=${password}`]
  run.push('--username=tasks', '--auth=scram-sha-256', '--encoding=UTF8')
  // The built-in provider knows Unicode on every system: under plain C, lower('Ä') stays 'Ä'.
  if (binaries.builtinLocales)
    run.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C')
  else run.push('--locale=C.UTF-8')
  if (!durable) run.push('--no-sync')
  const initdb = guardedProcess(account.prefix, run, binaries.environment)
  const late = delay(until - performance.now(), 'took too long', { ref: false })
  const end = await Promise.race([initdb.ended, late])
  await initdb.stop()
  if (end === 'exit code 0' && renamed(building, cluster)) return
  rmSync(building, { recursive: true, force: true })
  if (existsSync(cluster)) return
  throw new Error(`The embedded PostgreSQL could not be set up (initdb: ${end}):\n${initdb.log()}`)
}

function renamed(building: string, cluster: string): boolean {
  try {
    renameSync(building, cluster)
    return true
  } catch {
    return false
  }
}

/** Removes what a killed run left behind; a run that is still at work is never this old. */
function removeUnfinished(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (!name.startsWith(unfinished)) continue
    const unused_ms =
      Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (unused_ms > oldest_ms) rmSync(path, { recursive: true, force: true })
  }
}
