import { failureOf } from '../pool/failures.ts'
import { explain, MigrationError, type ServerError, saying } from './migration-error.ts'
import type { Row, Session } from './session.ts'

/** What has an owner in its key; rows of one owner in all of them lie on one server. */
const tables = ['tasks', 'task_totals', 'idempotency_keys']

const READING = 'reading how the tables are distributed'

/**
 * Whether Citus is there, and this the node where its tables are changed.
 * @throws MigrationError on a worker
 */
export const isCoordinator = async ({ query }: Session): Promise<boolean> => {
  const [citus] = await query(READING, `select 1 from pg_extension where extname = 'citus'`)
  if (!citus) return false
  const [node] = await query(READING, 'select groupid = 0 as coordinator from pg_dist_local_group')
  if (node?.coordinator === true) return true
  throw new MigrationError('this is a worker: set the database URL to that of the coordinator')
}

/**
 * Spreads the tables over the servers of a cluster by their owner. It is asked at each migration, so that it does not
 * matter whether the cluster or the tables were there first.
 * @throws MigrationError where a person has to do something first
 */
export const distribute = async ({ query, run }: Session): Promise<void> => {
  const distributed = await query(READING, distributedTables)
  assertByOwner(distributed)
  const names = distributed.map(({ name }) => name)
  const whole = tables.filter((table) => !names.includes(table))
  if (whole.length === 0) return
  const [node] = await query(READING, 'select bool_or(shouldhaveshards) as takes from pg_dist_node')
  if (node?.takes === false)
    throw new MigrationError(
      `the cluster has no worker: run select citus_add_node('…', 5432) on the coordinator, then migrate again`,
    )
  await run((sql) => sql.unsafe(distributing(whole, names[0] as string | undefined))).catch(refused)
}

const refused = (error: ServerError): never => {
  const { code, behind } = failureOf(error)
  if (behind) return explain('distributing the tables')(error)
  const also = code === '42501' ? ', who may also call the functions of Citus' : ''
  throw new MigrationError(`the tables cannot be distributed (${code}): ${saying(error)}${also}`)
}

/** From the catalog, because Citus' own view asks every worker how large its shards are. */
const distributedTables = `
  select logicalrelid::text as name, column_to_column_name(logicalrelid, partkey) as column, colocationid as colocation
  from pg_dist_partition where logicalrelid in (${tables.map((table) => `to_regclass('${table}')`)})`

const assertByOwner = (distributed: readonly Row[]) => {
  const other = distributed.find(({ column }) => column !== 'owner')
  const apart = new Set(distributed.map(({ colocation }) => colocation)).size > 1
  if (!other && !apart) return
  const what = other
    ? `${other.name} is distributed by another column than owner`
    : 'tables lie apart'
  throw new MigrationError(
    `${what}: run select undistribute_table('…') for each of ${tables.join(', ')}, then migrate again`,
  )
}

/**
 * A worker that cannot be reached is given up within the time that a health check has. What a trigger writes lies on
 * the same server as what it is about, of which Citus cannot be sure: it calls triggers unsafe. They do not count the
 * rows that are only moved.
 */
const distributing = (whole: readonly string[], beside = 'none') => `do $$ begin
  execute format('alter role current_user in database %I set citus.node_connection_timeout = 1000', current_database());
  set local citus.enable_unsafe_triggers = on;
  set local client_min_messages = warning;
  perform create_distributed_function('drop_empty_total(text)');
  alter table tasks disable trigger user;
  alter table task_totals disable trigger user;
  ${whole
    .map((table, at) => {
      const group = at === 0 ? beside : whole[0]
      return `perform create_distributed_table('${table}', 'owner', colocate_with => '${group}');`
    })
    .join('\n  ')}
  alter table tasks enable trigger user;
  alter table task_totals enable trigger user;
end $$`
