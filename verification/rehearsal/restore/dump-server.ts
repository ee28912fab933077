import { query } from '../../../adapters/postgres/embedded/query.ts'
import { throwawayServer } from '../../../adapters/postgres/embedded/throwaway.ts'
import type { ClientPrograms } from './client-programs.ts'

/** The one that comes with the clone. */
const EMBEDDED_MAJOR = 17
const [USER, PASSWORD] = ['tasks_api', 'of-this-rehearsal']

export interface DumpServer {
  /** as it calls itself */
  version: string
  /** An empty database of the service's role, made as the README tells. Returns its URL. */
  database(name: string): Promise<string>
  drop(): Promise<void>
}

/** Whether there is a server that this pg_dump reads, since it refuses one that is newer than itself. */
export const hasServerFor = ({ major, server }: ClientPrograms): boolean =>
  major >= EMBEDDED_MAJOR || server

/** The server that comes with the clone, or where that is too new the one beside the programs. */
export const dumpServer = async ({ bin, major }: ClientPrograms): Promise<DumpServer> => {
  const server = await throwawayServer(major >= EMBEDDED_MAJOR ? {} : { bin })
  const superuser = (statement: string) => query(server.url, statement)
  await superuser(`create role ${USER} login password '${PASSWORD}'`)
  const [row] = await superuser('show server_version')
  return {
    version: String(row?.server_version).split(' ')[0] ?? '',
    database: async (name) => {
      await superuser(`create database ${name} owner ${USER}`)
      const change = { username: USER, password: PASSWORD, pathname: `/${name}` }
      return Object.assign(new URL(server.url), change).href
    },
    drop: server.drop,
  }
}
