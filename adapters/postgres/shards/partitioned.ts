import { query } from '../embedded/query.ts'

/**
 * Puts the tables of the service in partitions by the hash of their owner, as an engine that shards by owner spreads
 * them over servers. Rows of one owner are in partitions of the same number.
 */
export const partitioned = async (url: string): Promise<void> => {
  await query(url, statement)
}

const PARTITIONS = 4

const statement = `do $$
declare
  name text;
begin
  foreach name in array array['tasks', 'task_totals', 'idempotency_keys'] loop
    execute format('alter table %I rename to whole', name);
    execute format('create table %I (like whole including all) partition by hash (owner)', name);
    for number in 0..${PARTITIONS - 1} loop
      execute format('create table %I partition of %I for values with (modulus ${PARTITIONS}, remainder %s)',
        name || '_' || number, name, number);
    end loop;
    drop table whole;
  end loop;
end $$`

/** The number of a partition; undefined for what is none. */
export const partitionOf = (table: string): number | undefined => {
  const [, number] = /^(?:tasks|task_totals|idempotency_keys)_(\d)$/.exec(table) ?? []
  return number === undefined ? undefined : Number(number)
}
