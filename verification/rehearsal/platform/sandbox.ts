import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Program, program } from '../../../bootstrap/system/throwaway-service.ts'

/** A command as a platform runs it: by bash, alone in its own world as far as this machine permits. */
export interface Container {
  /** what keeps commands from being process 1 and from having host names of their own */
  readonly missing: string | undefined
  run(command: string, options: Place): Program
}

export interface Place {
  cwd: string
  env: NodeJS.ProcessEnv
  timeoutMs?: number
}

/** The namespaces of a container, but for the network: everything here talks over loopback. */
const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--']

/** First its own names, then nothing but bash in process 1, as Railpack's images start (`/bin/bash -c`). */
const inside = 'mount --bind "$1" /etc/hosts && exec /bin/bash -c "$2"'

export const container = (hosts: string): Container => {
  const prefix = candidates(hosts).find((it) => works(it))
  const path = `${join(process.execPath, '../../../bootstrap')}:${process.env.PATH}`
  const { TMPDIR } = process.env
  return {
    missing: prefix ? undefined : 'this user may not make namespaces',
    run: (command, { env, ...place }) =>
      program([...(prefix ?? ['/bin/bash', '-c']), command], {
        ...place,
        env: { PATH: path, TMPDIR, ...env },
      }),
  }
}

/** As root, or as whoever plays root in a namespace of users. */
const candidates = (hosts: string) =>
  [[], ['--user', '--map-root-user']].map((more) => [
    ...['unshare', ...more, ...namespaces],
    ...['/bin/bash', '-c', inside, 'bash', hosts],
  ])

const works = ([command = '', ...flags]: string[]): boolean =>
  spawnSync(command, [...flags, 'true'], { timeout: 10_000 }).status === 0

/** The process that the platform would signal: process 1 of the container, or the command itself. */
export const processOne = (service: Program, { missing }: Container): number => {
  if (missing) return service.pid
  // unshare waits outside; what is process 1 inside is its only child
  const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8')
  const pid = Number(children.trim())
  if (!pid) throw new Error('process 1 of the container is gone')
  return pid
}

/** What a process is called and runs, where that can be seen; package managers are Node by another name. */
export const commandOf = (pid: number): { name: string; program: string } | undefined => {
  if (!existsSync('/proc/self/cmdline')) return undefined
  const [first = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  return { name: first.trim(), program: basename(readlinkSync(`/proc/${pid}/exe`)) }
}
