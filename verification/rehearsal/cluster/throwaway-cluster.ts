import { randomBytes } from 'node:crypto'
import { query } from '../../../adapters/postgres/embedded/query.ts'
import { type FaultProxy, faultProxy } from '../../../adapters/postgres/faults/fault-proxy.ts'

export interface Worker {
  /** the way from every other node to it */
  proxy: FaultProxy
  port: number
}

export interface ThrowawayCluster {
  /** of its coordinator */
  url: string
  workers: readonly Worker[]
  drop(): Promise<void>
}

/**
 * A database of its own on each node of the cluster whose coordinator this is. The nodes reach each other by way of
 * proxies on this machine, which is therefore where the cluster has to be.
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
  const url = at(servers[0] as number)
  await query(url, `select citus_set_coordinator_host('127.0.0.1', ${servers[0]})`)
  for (const port of ports) {
    const proxy = await faultProxy(at(port))
    workers.push({ proxy, port: proxy.port })
    await query(url, `select citus_add_node('127.0.0.1', ${proxy.port})`)
  }
  return {
    url,
    workers,
    drop: async () => {
      for (const { proxy } of workers) await proxy.close()
      for (const port of servers)
        await query(at(port, home), `drop database if exists ${name} with (force)`)
    },
  }
}
