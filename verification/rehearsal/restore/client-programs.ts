import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** pg_dump, pg_restore and psql of one installation of PostgreSQL. */
export interface ClientPrograms {
  /** the folder that they lie in */
  bin: string
  /** the major version: pg_dump refuses a server that is newer */
  major: number
  /** whether the server lies beside them */
  server: boolean
}

/** Where packages put them, on an ordinary user's PATH or not. */
const folders = (): string[] => {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  return [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/local/bin',
    '/usr/local/pgsql/bin',
    '/opt/homebrew/opt/libpq/bin',
  ]
}

/** The newest that are installed; undefined where there are none. */
export const clientPrograms = (): ClientPrograms | undefined =>
  [...new Set(folders())]
    .flatMap((bin) => {
      const programs = ['pg_dump', 'pg_restore', 'psql'].map((name) => join(bin, name))
      if (!programs.every((file) => existsSync(file))) return []
      const { stdout } = spawnSync(join(bin, 'pg_dump'), ['--version'], { encoding: 'utf8' })
      const major = Number(/\d+/.exec(stdout ?? '')?.[0] ?? 0)
      const server = ['initdb', 'postgres'].every((name) => existsSync(join(bin, name)))
      return major > 0 ? [{ bin, major, server }] : []
    })
    .sort((one, two) => two.major - one.major || Number(two.server) - Number(one.server))[0]
