import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../bootstrap/system/wait.ts'

interface RunningProcess {
  pid: number
  name: string
}

/**
 * The processes that use the folder: all that a rehearsal starts has it as working directory, in an argument, or as
 * TMPDIR. Undefined where there is no /proc to look in.
 */
export const processesOf = (folder: string): RunningProcess[] | undefined => {
  const entries = orElse(undefined, () => readdirSync('/proc'))
  return entries
    ?.map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && uses(pid, folder))
    .map((pid) => ({ pid, name: read(pid, 'comm').trim() }))
}

const uses = (pid: number, folder: string): boolean =>
  read(pid, 'cmdline').includes(folder) ||
  read(pid, 'environ').includes(folder) ||
  orElse('', () => readlinkSync(`/proc/${pid}/cwd`)).includes(folder)

const read = (pid: number, file: string): string =>
  orElse('', () => readFileSync(`/proc/${pid}/${file}`, 'utf8'))

const orElse = <T>(fallback: T, attempt: () => T): T => {
  try {
    return attempt()
  } catch {
    return fallback
  }
}

const EXIT_TIMEOUT_MS = 10_000

/** Waits until they have ended, and kills those that do not. Returns what had to be killed. */
export const endProcessesOf = async (folder: string): Promise<RunningProcess[]> => {
  const haveEnded = () => !processesOf(folder)?.length || delay(50, false)
  await until(haveEnded, () => 'their end', EXIT_TIMEOUT_MS).catch(() => undefined)
  return killProcessesOf(folder)
}

/** Kills them. Returns what there was. */
export const killProcessesOf = (folder: string): RunningProcess[] => {
  const left = processesOf(folder) ?? []
  for (const { pid } of left) orElse(false, () => process.kill(pid, 'SIGKILL'))
  return left
}
