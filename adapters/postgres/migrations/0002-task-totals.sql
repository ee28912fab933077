-- How many tasks each owner has, so that the total of an unfiltered list is read and not counted. Nobody writes
-- here but the triggers below, in the transaction that changes "tasks", so both are always of one snapshot.
-- Several rows for each owner, because a row is locked until whoever counted on it has committed: writers of one
-- owner would otherwise wait for each other's disk. Single ones may go below zero; only the sum means anything.
create table task_totals (
  owner text collate "C" not null,
  slot smallint not null,
  tasks bigint not null,
  primary key (owner, slot)
) with (fillfactor = 50);

-- At the end of a statement, when nothing else is left to wait for, and in the order of owners: whoever holds one
-- of these rows waits for no lock but another of these rows behind it, so there is no deadlock.
create function count_tasks() returns trigger language plpgsql as $$
begin
  insert into task_totals as kept (owner, slot, tasks)
  select owner, pg_backend_pid() % 8, case tg_op when 'DELETE' then -count(*) else count(*) end
  from changed group by owner order by owner
  on conflict (owner, slot) do update set tasks = kept.tasks + excluded.tasks;
  return null;
end $$;

-- The service never gives a task to somebody else. Who does so by hand pays for each row.
create function count_moved_task() returns trigger language plpgsql as $$
begin
  insert into task_totals as kept (owner, slot, tasks)
  select owner, pg_backend_pid() % 8, change
  from (values (old.owner, -1), (new.owner, 1)) as moved (owner, change) order by owner
  on conflict (owner, slot) do update set tasks = kept.tasks + excluded.tasks;
  return null;
end $$;

create function count_no_tasks() returns trigger language plpgsql as $$
begin
  truncate task_totals;
  return null;
end $$;

-- From here on nobody else writes until this file is applied, so that no task is missed or counted twice, whatever
-- release of the service is running.
lock table tasks in share row exclusive mode;
create trigger created_tasks_are_counted after insert on tasks
  referencing new table as changed for each statement execute function count_tasks();
create trigger removed_tasks_are_counted after delete on tasks
  referencing old table as changed for each statement execute function count_tasks();
create trigger moved_tasks_are_counted after update of owner on tasks
  for each row when (old.owner <> new.owner) execute function count_moved_task();
create trigger no_tasks_are_counted after truncate on tasks
  for each statement execute function count_no_tasks();
insert into task_totals (owner, slot, tasks) select owner, 0, count(*) from tasks group by owner;
