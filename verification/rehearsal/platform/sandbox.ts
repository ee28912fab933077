import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Program, type ProgramOptions, program } from '../../../bootstrap/system/program.ts'

/** Runs commands as a platform does: by bash, isolated as far as this machine permits. */
export interface Sandbox {
  /** why commands are neither process 1 nor have host names of their own; undefined where they are and have */
  readonly missing: string | undefined
  run(command: string, options: ProgramOptions): Program
}

/** Those of a container, but for the network's: everything here talks over loopback. */
const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--']

/** Sets the host names, then makes bash process 1, as Railpack's images start (`/bin/bash -c`). */
const inside = 'mount --bind "$1" /etc/hosts && exec /bin/bash -c "$2"'

export const sandbox = (hostsFile: string): Sandbox => {
  const prefix = prefixes(hostsFile).find((it) => works(it))
  const path = `${dirname(process.execPath)}:${process.env.PATH}`
  const { TMPDIR } = process.env
  return {
    missing: prefix ? undefined : 'this user may not make namespaces',
    run: (command, { env, ...options }) =>
      program([...(prefix ?? ['/bin/bash', '-c']), command], {
        ...options,
        env: { PATH: path, TMPDIR, ...env },
      }),
  }
}

/** As root, or as another user, who is mapped to root in a namespace of users. */
const prefixes = (hostsFile: string) =>
  [[], ['--user', '--map-root-user']].map((flags) => [
    ...['unshare', ...flags, ...namespaces],
    ...['/bin/bash', '-c', inside, 'bash', hostsFile],
  ])

const works = ([command = '', ...flags]: string[]): boolean =>
  spawnSync(command, [...flags, 'true'], { timeout: 10_000 }).status === 0

/** The process that the platform would signal: process 1 of the sandbox, or the command itself. */
export const processOne = (service: Program, { missing }: Sandbox): number => {
  if (missing) return service.pid
  // unshare waits outside; process 1 inside is its only child.
  const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8')
  const pid = Number(children.trim())
  if (!pid) throw new Error('process 1 of the container is gone')
  return pid
}

/** What a process calls itself and what it runs, where that can be seen: npm is node under another name. */
export const commandOf = (pid: number): { name: string; program: string } | undefined => {
  if (!existsSync('/proc/self/cmdline')) return undefined
  const [first = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  return { name: first.trim(), program: basename(readlinkSync(`/proc/${pid}/exe`)) }
}
