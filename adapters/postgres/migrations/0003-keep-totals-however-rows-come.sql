-- A dump is restored with an empty search_path, so these functions name the schema of their tables: "%1$s" here.
-- (Each runs on one row or one owner at a time and joins nothing, so that it can also run on a shard of an owner.)
do $migration$ begin execute format($functions$

-- An owner without tasks has no rows. Whoever removes tasks counts in slot 0, so removals of one owner wait for each
-- other and the last one sees that nothing is left. Rows that are locked and together say 0 can go; those that
-- somebody who creates a task has locked are left out.
create function %1$s.drop_empty_total(whose text) returns void language plpgsql as $$
declare
  rest bigint;
  slots smallint[];
begin
  if (select sum(tasks) from %1$s.task_totals where owner = whose) = 0 then
    select sum(tasks), array_agg(slot) into rest, slots
    from (select slot, tasks from %1$s.task_totals where owner = whose for update skip locked) as locked;
    if rest = 0 then
      delete from %1$s.task_totals where owner = whose and slot = any (slots);
    end if;
  end if;
end $$;

create or replace function %1$s.count_tasks() returns trigger language plpgsql as $$
declare
  whose text;
  change bigint;
begin
  for whose, change in
    select owner, case tg_op when 'DELETE' then -count(*) else count(*) end
    from changed group by owner order by owner
  loop
    insert into %1$s.task_totals as kept (owner, slot, tasks)
    values (whose, case when change > 0 then mod(pg_backend_pid(), 8) else 0 end, change)
    on conflict (owner, slot) do update set tasks = kept.tasks + excluded.tasks;
    if change < 0 then
      perform %1$s.drop_empty_total(whose);
    end if;
  end loop;
  return null;
end $$;

create or replace function %1$s.count_moved_task() returns trigger language plpgsql as $$
declare
  whose text;
  change bigint;
begin
  for whose, change in
    select * from (values (old.owner, -1), (new.owner, 1)) as moved (owner, change) order by owner
  loop
    insert into %1$s.task_totals as kept (owner, slot, tasks) values (whose, 0, change)
    on conflict (owner, slot) do update set tasks = kept.tasks + excluded.tasks;
  end loop;
  perform %1$s.drop_empty_total(old.owner);
  return null;
end $$;

-- Not for a shard of the table, which has this trigger too.
create or replace function %1$s.count_no_tasks() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'tasks' then
    truncate %1$s.task_totals;
  end if;
  return null;
end $$;

-- A total that anybody else writes becomes what the owner's rows lack to be right, or nothing. So it does not matter
-- whether a restore brings totals, nor whether before or after the tasks that the triggers count.
create function %1$s.correct_total() returns trigger language plpgsql as $$
begin
  new.tasks := (select count(*) from %1$s.tasks where owner = new.owner)
    - (select coalesce(sum(tasks), 0) from %1$s.task_totals where owner = new.owner);
  if new.tasks = 0 then
    return null;
  end if;
  return new;
end $$;

$functions$, (select relnamespace::regnamespace from pg_class where oid = 'tasks'::regclass));
end $migration$;

create trigger totals_are_corrected before insert on task_totals
  for each row when (pg_trigger_depth() = 0) execute function correct_total();
