import type { Session } from './session.ts'

/** Owners whose total says something else than their tasks, and those that have a total and no tasks. */
const wrong = `
  select owner, coalesce(counted, 0) - coalesce(kept, 0) as lacking
  from (select owner, sum(tasks) as kept from task_totals group by owner) as totals
  full join (select owner, count(*) as counted from tasks group by owner) as counts using (owner)
  where kept is distinct from counted`

/** For how many owners the total differs from their tasks. It reads both tables once, and locks nothing. */
export const wrongTotals = async ({ query }: Session): Promise<number> => {
  const [row] = await query(
    'comparing totals',
    `select count(*)::int as owners from (${wrong}) as o`,
  )
  return Number(row?.owners)
}

/**
 * Adds what totals lack, which stays the same while others create and remove tasks, so nobody has to wait for the end. In
 * the order in which the triggers count, so that there is no deadlock. Returns for how many owners.
 */
export const mendTotals = async (session: Session): Promise<number> => {
  const owners = await wrongTotals(session)
  if (owners === 0) return 0
  await session.query(
    'mending totals',
    `insert into task_totals as kept (owner, slot, tasks)
    select owner, 0, lacking from (${wrong}) as o order by owner
    on conflict (owner, slot) do update set tasks = kept.tasks + excluded.tasks`,
  )
  await session.query(
    'removing totals of nothing',
    `do $$ declare whose text; begin
      for whose in select owner from task_totals group by owner having sum(tasks) = 0 loop
        perform drop_empty_total(whose);
      end loop;
    end $$`,
  )
  return owners
}
