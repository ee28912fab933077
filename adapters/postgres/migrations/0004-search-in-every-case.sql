-- outside a transaction
-- Both steps to one letter for all of its cases: lower() alone leaves ς beside σ, µ beside μ and 130 more pairs of
-- Unicode's simple folding. The index is built while the table is read and written; one that a failed attempt has
-- left behind is no use. Until the new release serves, the old one searches without an index of its own.
drop index concurrently if exists tasks_by_folded_text;

create index concurrently tasks_by_folded_text on tasks
  using gin (owner, lower(upper(title)) gin_trgm_ops, lower(upper(description)) gin_trgm_ops);

drop index concurrently if exists tasks_by_text;
