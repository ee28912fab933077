import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** What has to be taken back, the latest first, whatever happens in between. */
export interface Undo {
  push(step: () => unknown): void
  /** Takes back everything; what fails keeps nothing else from being taken back. Returns what failed. */
  all(): Promise<string[]>
}

export const undoing = (): Undo => {
  const steps: (() => unknown)[] = []
  return {
    push: (step) => void steps.push(step),
    all: async () => {
      const failures: string[] = []
      for (let step = steps.pop(); step; step = steps.pop()) {
        try {
          await step()
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error))
        }
      }
      return failures
    },
  }
}

interface Running {
  pid: number
  name: string
}

/**
 * Processes that know of the folder: everything that is started here works in it, was given a path in it, or has
 * it for its temporary files. Where there is no /proc nothing can be said.
 */
export const processesOf = (folder: string): Running[] | undefined => {
  let pids: number[]
  try {
    pids = readdirSync('/proc').map(Number).filter(Boolean)
  } catch {
    return undefined
  }
  return pids
    .filter((pid) => pid !== process.pid && knows(pid, folder))
    .map((pid) => ({ pid, name: text(pid, 'comm').trim() }))
}

const knows = (pid: number, folder: string): boolean =>
  [() => text(pid, 'cmdline'), () => text(pid, 'environ'), () => readlinkSync(`/proc/${pid}/cwd`)]
    .map((read) => attempt(read))
    .some((it) => it.includes(folder))

const text = (pid: number, file: string): string =>
  attempt(() => readFileSync(`/proc/${pid}/${file}`, 'utf8'))

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ''
  }
}

const PATIENCE_MS = 10_000

/** Waits for them to be gone, and ends those that stay. Returns what had to be ended. */
export const goneFrom = async (folder: string): Promise<Running[]> => {
  const until = performance.now() + PATIENCE_MS
  let left = processesOf(folder) ?? []
  while (left.length > 0 && performance.now() < until) {
    await delay(50)
    left = processesOf(folder) ?? []
  }
  for (const { pid } of left) endNow(pid)
  return left
}

export const endNow = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it went by itself
  }
}
