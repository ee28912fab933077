import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

// A server whose node was killed a moment ago needs this long to begin its shutdown.
const patience_ms = 1_000

const dataIn = (directory: string) => join(directory, 'cluster', 'data')

/** Waits for a server that is on its way out; refuses beside one that stays. */
export async function unoccupied(directory: string, until: number): Promise<void> {
  const patience = performance.now() + patience_ms
  for (;;) {
    const server = serverOn(dataIn(directory))
    if (!server) return
    if (performance.now() > (server.stopping ? until : patience))
      throw occupied(directory, server.pid)
    await delay(50)
  }
}

/** In one line: what is wrong and how to go on. */
export const occupied = (directory: string, pid = serverOn(dataIn(directory))?.pid) =>
  new Error(
    `An embedded PostgreSQL is already running in ${directory} (process ${pid ?? 'unknown'}). ` +
      'Stop the program that started it, choose another directory, or set DATABASE_URL.',
  )

/** What postmaster.pid says of a server that lives. Lines: storage/miscinit.h, LOCK_FILE_LINE_*. */
function serverOn(data: string): { pid: number; stopping: boolean } | undefined {
  const file = join(data, 'postmaster.pid')
  const lines = text(file).split('\n')
  const pid = Number(lines[0])
  if (!pid || !alive(pid)) return undefined
  if (serves(pid, data)) return { pid, stopping: lines[7]?.trim() === 'stopping' }
  // The number was given to another program since: PostgreSQL would take that for a server.
  rmSync(file, { force: true })
  return undefined
}

/** Empty where there is none, or no longer. */
function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A server's working directory is its data folder; elsewhere than on Linux its arguments tell. */
function serves(pid: number, data: string): boolean {
  if (process.platform !== 'linux') {
    const ps = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
    return ps.status !== 0 || ps.stdout.includes('postgres')
  }
  try {
    const folder = statSync(data)
    const here = statSync(`/proc/${pid}/cwd`)
    return here.ino === folder.ino && here.dev === folder.dev
  } catch {
    return false
  }
}
