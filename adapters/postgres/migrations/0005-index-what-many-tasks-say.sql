-- An owner's first tasks are found by reading them all, which is as fast as any index and writes nothing. Only tasks
-- that are created when there are this many already are indexed by their tags and their text: each trigram is a key of
-- its own, and together they are more than all else that is written for a task. Both kinds are always looked at, so
-- this is a matter of cost alone.
alter table tasks add column content_indexed boolean not null default true;
alter table tasks alter column content_indexed set default false;

do $migration$ begin execute format($functions$

-- Rows of a dump keep what they were. (What a statement creates is counted at its end.)
create function %1$s.index_content() returns trigger language plpgsql as $$
begin
  new.content_indexed := (select sum(tasks) >= 500 from %1$s.task_totals where owner = new.owner) is true;
  return new;
end $$;

-- As before, but a row that is there is changed without being locked first, which would be written down as well.
create or replace function %1$s.count_tasks() returns trigger language plpgsql as $$
declare
  whose text;
  change bigint;
  mine smallint;
begin
  for whose, change in
    select owner, case tg_op when 'DELETE' then -count(*) else count(*) end
    from changed group by owner order by owner
  loop
    mine := case when change > 0 then mod(pg_backend_pid(), 8) else 0 end;
    update %1$s.task_totals set tasks = tasks + change where owner = whose and slot = mine;
    if not found then
      insert into %1$s.task_totals as kept (owner, slot, tasks) values (whose, mine, change)
      on conflict (owner, slot) do update set tasks = kept.tasks + excluded.tasks;
    end if;
    if change < 0 then
      perform %1$s.drop_empty_total(whose);
    end if;
  end loop;
  return null;
end $$;

$functions$, (select relnamespace::regnamespace from pg_class where oid = 'tasks'::regclass));
end $migration$;

create trigger content_is_indexed before insert on tasks
  for each row when (not new.content_indexed) execute function index_content();
