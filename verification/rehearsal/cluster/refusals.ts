import { query } from '../../../adapters/postgres/embedded/query.ts'
import type { ThrowawayCluster } from './throwaway-cluster.ts'

/** Something that keeps a cluster from being migrated. */
export interface Refusal {
  name: string
  /** what migrate says, whole */
  told: RegExp
  arranged(cluster: ThrowawayCluster): Promise<unknown>
  undone(cluster: ThrowawayCluster): Promise<unknown>
}

/** Lets a role of the cluster enter its workers, or not, whatever the coordinator says. */
export const letEnter = async ({ workers }: ThrowawayCluster, role: string, may: boolean) => {
  for (const { url } of workers)
    await query(
      url,
      `set citus.enable_alter_role_propagation = off; alter role ${role} ${may ? 'login' : 'nologin'}`,
    )
}

const withWorkers = async ({ superuser, workers }: ThrowawayCluster, call: string) => {
  for (const { port } of workers) await query(superuser, `select ${call}('127.0.0.1', ${port})`)
}

const roleOf = ({ url }: ThrowawayCluster) => new URL(url).username

const unreachable =
  /^the migration failed while applying 0001-\S+ \(08006\): see that the workers run, and that the role of the database URL may log in there from the coordinator$/

const distributing =
  'function create_distributed_table(regclass, text, citus.distribution_type, text, int)'

export const refusals: readonly Refusal[] = [
  {
    name: 'a worker that cannot be reached',
    told: unreachable,
    arranged: async ({ workers }) => workers[0]?.proxy.become('refuse'),
    undone: async ({ workers }) => workers[0]?.proxy.become('pass'),
  },
  {
    name: 'a role that may not enter the workers',
    told: unreachable,
    arranged: (cluster) => letEnter(cluster, roleOf(cluster), false),
    undone: (cluster) => letEnter(cluster, roleOf(cluster), true),
  },
  {
    name: "a role that may not call the extension's functions",
    told: /^the tables cannot be distributed \(42501\): permission denied for function \w+: run migrate as the owner of the database, who may also call the functions of Citus$/,
    arranged: ({ superuser }) => query(superuser, `revoke execute on ${distributing} from public`),
    undone: ({ superuser }) => query(superuser, `grant execute on ${distributing} to public`),
  },
  {
    name: 'a cluster without workers',
    told: /^the cluster has no worker: run select citus_add_node\('…', 5432\) on the coordinator, then migrate again$/,
    arranged: (cluster) => withWorkers(cluster, 'citus_remove_node'),
    undone: (cluster) => withWorkers(cluster, 'citus_add_node'),
  },
]
