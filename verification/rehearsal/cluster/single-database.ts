import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { query } from '../../../adapters/postgres/embedded/query.ts'
import { migrated } from '../restore/restored-database.ts'
import type { ThrowawayCluster } from './throwaway-cluster.ts'

/** A database without the extension, on the same server as the coordinator. */
export const singleDatabase = async (cluster: ThrowawayCluster) => {
  const at = (path: string) => Object.assign(new URL(cluster.superuser), { pathname: path }).href
  const name = `${new URL(cluster.url).pathname.slice(1)}_single`
  await query(at('/postgres'), `create database ${name}`)
  const drop = () => query(at('/postgres'), `drop database if exists ${name} with (force)`)
  return { url: at(`/${name}`), drop }
}

/** What is brought: so many tasks and keys, of owners whose names begin so. */
export const MOVED = { rows: 300, prefix: 'mover ' }

const filled = `
  insert into tasks (owner, id, title, completed, priority, tags)
  select '${MOVED.prefix}' || n % 9, gen_random_uuid(), n, false, 'low', '{}' from generate_series(1, ${MOVED.rows}) as n;
  insert into idempotency_keys (owner, operation, key, fingerprint, answer)
  select '${MOVED.prefix}' || n % 9, 'create', n, 'x', '{}' from generate_series(1, ${MOVED.rows}) as n`

/**
 * Fills a single database and brings its data to the cluster as .github/OPERATIONS.md tells.
 * @param bin where pg_dump and psql lie
 * @throws Error with what they said
 */
export const broughtFromSingle = async (cluster: ThrowawayCluster, app: string, bin: string) => {
  const single = await singleDatabase(cluster)
  try {
    await migrated(app, single.url)
    await query(single.url, filled)
    const dump = `"$BIN/pg_dump" --data-only --exclude-table=schema_migrations "$SINGLE"`
    const command = `${dump} | "$BIN/psql" --set ON_ERROR_STOP=1 "$CLUSTER"`
    // Not the service's role, whose timeouts hold on every worker, whatever the dump sets on the coordinator.
    const to = cluster.superuser
    const env = { PATH: process.env.PATH, BIN: bin, SINGLE: single.url, CLUSTER: to }
    await promisify(execFile)('bash', ['-o', 'pipefail', '-c', command], { env })
  } finally {
    await single.drop()
  }
}
