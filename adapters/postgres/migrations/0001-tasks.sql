-- Text is compared and folded by the rules of its database. Case-insensitive search needs one that knows
-- more letters than ASCII: any UTF-8 locale does, Neon's default among them.
do $$ begin
  if lower('Ä') <> 'ä' then
    raise exception 'the database folds only ASCII letters: create it with a UTF-8 locale such as C.UTF-8';
  end if;
end $$;

create extension if not exists btree_gin;
create extension if not exists pg_trgm;

-- In the order of their meaning, which is the order in which they sort.
create type task_priority as enum ('low', 'medium', 'high');

-- The owner comes first in the key, so that no query reaches a row without naming its owner.
create table tasks (
  owner text collate "C" not null check (char_length(owner) between 1 and 255),
  id uuid not null,
  title text not null check (char_length(title) between 1 and 200),
  description text check (char_length(description) <= 2000),
  completed boolean not null,
  priority task_priority not null,
  due_date date,
  tags text[] not null check (cardinality(tags) <= 20),
  version integer not null default 1,
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  primary key (owner, id)
);

-- One index for each sort; both directions read the same one, but for dates, where missing ones come last
-- either way.
create index tasks_by_creation on tasks (owner, created_at, id);
create index tasks_by_update on tasks (owner, updated_at, id);
create index tasks_by_title on tasks (owner, title collate "C", id);
create index tasks_by_priority on tasks (owner, priority, id);
create index tasks_by_due_date_up on tasks (owner, coalesce(due_date, 'infinity'), id);
create index tasks_by_due_date_down on tasks (owner, coalesce(due_date, '-infinity'), id);

-- And for each filter that a sort's index cannot serve.
create index tasks_by_completion on tasks (owner, completed, created_at, id);
create index tasks_by_tag on tasks using gin (owner, tags);
create index tasks_by_text on tasks
  using gin (owner, lower(title) gin_trgm_ops, lower(description) gin_trgm_ops);

-- The answer to the first request under a key, written by the same statement as the change it tells of.
create table idempotency_keys (
  owner text collate "C" not null,
  operation text not null,
  key text collate "C" not null,
  fingerprint text not null,
  answer json not null,
  created_at timestamptz not null default now(),
  primary key (owner, operation, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
