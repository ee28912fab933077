import { randomBytes } from 'node:crypto'
import { query } from '../../../adapters/postgres/embedded/query.ts'
import { type FaultProxy, faultProxy } from '../../../adapters/postgres/faults/fault-proxy.ts'

export interface Worker {
  /** the way from every other node to it */
  proxy: FaultProxy
  port: number
  /** its own address, for the superuser */
  url: string
}

export interface ThrowawayCluster {
  /** of its coordinator, for an ordinary role that owns the database */
  url: string
  /** the same for the superuser */
  superuser: string
  workers: readonly Worker[]
  /** Makes another role, which may log in and no more. Returns its URL. */
  role(): Promise<string>
  drop(): Promise<void>
}

const PASSWORD = 'of-this-rehearsal'

/**
 * A database of its own on each node of the cluster whose coordinator this is, and a role that owns it. The nodes reach
 * each other by way of proxies on this machine, which is therefore where the cluster has to be.
 */
export const throwawayCluster = async (coordinator: string): Promise<ThrowawayCluster> => {
  const name = `tasks_test_${randomBytes(8).toString('hex')}`
  const at = (port: number, database = name) =>
    Object.assign(new URL(coordinator), { port, pathname: `/${database}` }).href
  const nodes = await query(
    coordinator,
    `select nodeport as port from pg_dist_node where groupid > 0 and isactive order by nodeport`,
  )
  if (nodes.length < 2) throw new Error('a cluster of two workers at least is needed')
  const ports = nodes.map(({ port }) => port as number)
  const servers = [Number(new URL(coordinator).port || 5432), ...ports]
  const home = new URL(coordinator).pathname.slice(1) || 'postgres'
  for (const port of servers) {
    await query(at(port, home), `create database ${name}`)
    await query(at(port), 'create extension citus')
  }
  const workers: Worker[] = []
  const superuser = at(servers[0] as number)
  await query(superuser, `select citus_set_coordinator_host('127.0.0.1', ${servers[0]})`)
  for (const port of ports) {
    const proxy = await faultProxy(at(port))
    workers.push({ proxy, port: proxy.port, url: at(port) })
    await query(superuser, `select citus_add_node('127.0.0.1', ${proxy.port})`)
  }
  const roles: string[] = []
  const role = async () => {
    const username = `${name}_${roles.length}`
    roles.push(username)
    await query(superuser, `create role ${username} login password '${PASSWORD}'`)
    return Object.assign(new URL(superuser), { username, password: PASSWORD }).href
  }
  const url = await role()
  await query(superuser, `alter database ${name} owner to ${roles[0]}`)
  return {
    url,
    superuser,
    workers,
    role,
    drop: async () => {
      for (const { proxy } of workers) await proxy.close()
      for (const port of servers)
        await query(at(port, home), `drop database if exists ${name} with (force)`)
      for (const one of roles) await query(coordinator, `drop role if exists ${one}`)
    },
  }
}
