import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Resident memory of a process in megabytes. */
export const residentMb = (pid: number): number =>
  Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)]).stdout) / 1_024

/** Processor time that a process has used, in microseconds; only Linux tells it finely enough (proc_pid_stat(5)). */
export const cpuUs = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const TICK_US = 10_000
    return (Number(fields[11]) + Number(fields[12])) * TICK_US
  } catch {
    return Number.NaN
  }
}
