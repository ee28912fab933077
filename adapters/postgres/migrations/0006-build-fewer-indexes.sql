-- outside a transaction
drop index concurrently if exists tasks_by_content;

create index concurrently tasks_by_content on tasks
  using gin (owner, tags, lower(upper(title)) gin_trgm_ops, lower(upper(description)) gin_trgm_ops)
  where content_indexed;

drop index concurrently if exists tasks_without_index;

create index concurrently tasks_without_index on tasks (owner) where not content_indexed;

drop index concurrently if exists tasks_by_tag;

drop index concurrently if exists tasks_by_folded_text;
