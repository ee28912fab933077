import assert from 'node:assert/strict'
import { query } from '../../../adapters/postgres/embedded/query.ts'
import { request } from '../../../bootstrap/system/http-client.ts'
import { sharedSecretToken } from '../../../bootstrap/system/issuer.ts'
import { SECRET } from '../../../bootstrap/system/service-process.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import type { ThrowawayCluster } from './throwaway-cluster.ts'

interface Placement {
  shard: string
  port: number
}

const placementOf = async ({ url }: ThrowawayCluster, owner: string): Promise<Placement> => {
  const [row] = await query(
    url,
    `select shardid as shard, nodeport as port from pg_dist_shard_placement
     where shardid = get_shard_id_for_distribution_column('tasks', '${owner}')`,
  )
  return row as unknown as Placement
}

/** An owner whose tasks lie on the worker at this port. */
const ownerOn = async (cluster: ThrowawayCluster, port: number): Promise<string> => {
  for (let n = 0; n < 100; n += 1)
    if ((await placementOf(cluster, `owner ${n}`)).port === port) return `owner ${n}`
  throw new Error('there is no shard on this worker')
}

/** Owners of other workers are served and health says so; nobody is when all are lost; it mends itself. */
export const losesOnlyItsOwners = async (cluster: ThrowawayCluster, port: number) => {
  const [lost, kept] = cluster.workers
  assert.ok(lost && kept)
  const statusFor = async (worker: typeof lost, method = 'GET') => {
    const token = await sharedSecretToken(SECRET, await ownerOn(cluster, worker.port))
    const json = method === 'POST' ? { title: 'x' } : undefined
    return (await request(port, '/api/v1/tasks', { method, token, json })).status
  }
  const health = async () => (await request(port, '/health')).status
  await lost.proxy.become('refuse')
  assert.deepEqual([await statusFor(lost), await statusFor(lost, 'POST')], [503, 503])
  assert.deepEqual([await statusFor(kept), await statusFor(kept, 'POST')], [200, 201])
  assert.equal(await health(), 200)
  await kept.proxy.become('refuse')
  assert.equal(await health(), 503)
  for (const { proxy } of cluster.workers) await proxy.become('pass')
  await until(async () => (await statusFor(lost)) === 200)
  await until(async () => (await health()) === 200)
}

/** Moves the shard with this owner's tasks, and all that lies beside it, to another worker. */
export const moved = async (cluster: ThrowawayCluster, owner: string): Promise<void> => {
  const { shard, port } = await placementOf(cluster, owner)
  const to = cluster.workers.find((worker) => worker.port !== port)?.port
  await query(
    cluster.superuser,
    `select citus_move_shard_placement(${shard}, '127.0.0.1', ${port}, '127.0.0.1', ${to}, 'block_writes')`,
  )
  assert.equal((await placementOf(cluster, owner)).port, to)
}

/** Owners whose total differs from their tasks. */
export const wrongTotals = (url: string) =>
  query(
    url,
    `select owner from (select owner, sum(tasks) as kept from task_totals group by owner) as totals
     full join (select owner, count(*) as counted from tasks group by owner) as counts using (owner)
     where coalesce(kept, 0) <> coalesce(counted, 0)`,
  )
