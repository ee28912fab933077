import type { Row } from './session.ts'

export interface SchemaObject {
  /** in words: `index tasks_by_title` */
  name: string
  /** the table that it belongs to, empty for a table and what stands for itself */
  of: string
  /** as PostgreSQL says it, with the schema of every name */
  definition: string
  /** what is wrong with it whatever its definition is, and what helps; empty where nothing is */
  flaw: string
}

export const schemaObjects = (rows: readonly Row[]): SchemaObject[] =>
  rows.map((row) => row as unknown as SchemaObject)

/**
 * All that a schema holds, but for what extensions have brought into it, in the server's own words. Storage parameters
 * are left out: to tune a table is no other schema.
 * @param schema as an identifier, quoted where it needs to be
 */
export const schemaQuery = (schema: string): string => `
  select * from (
    select 'extension ' || extname as name, '' as of, '' as definition, '' as flaw
    from pg_extension
    union all
    select 'table ' || relname, '', concat_ws(' ', relkind, relpersistence, relrowsecurity), ''
    from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S') and relnamespace = ${namespace(schema)}
      and ${ownOnly('pg_class', 'oid')}
    union all
    select 'column ' || relname || '.' || attname, relname,
      concat_ws(' ', format_type(atttypid, atttypmod), attcollation::regcollation,
        case when attnotnull then 'not null' end, pg_get_expr(adbin, adrelid), attidentity, attgenerated), ''
    from pg_attribute join pg_class on pg_class.oid = attrelid
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped and relkind in ('r', 'p') and relnamespace = ${namespace(schema)}
    union all
    select 'index ' || index.relname, owner.relname, pg_get_indexdef(indexrelid),
      case when not indisvalid then
        format('is invalid: run "reindex index concurrently %s"', indexrelid::regclass) else '' end
    from pg_index join pg_class as index on index.oid = indexrelid join pg_class as owner on owner.oid = indrelid
    where index.relnamespace = ${namespace(schema)}
      and not exists (select from pg_constraint where conindid = indexrelid and conrelid = indrelid)
    union all
    select 'constraint ' || conname, relname, pg_get_constraintdef(pg_constraint.oid),
      case when not convalidated then
        format('does not hold for older rows: run "alter table %s validate constraint %I"', conrelid::regclass, conname)
        else '' end
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where contype <> 'n' and relnamespace = ${namespace(schema)}
    union all
    select 'trigger ' || tgname, relname, pg_get_triggerdef(pg_trigger.oid),
      case when tgenabled in ('D', 'R') then
        format('is disabled: run "alter table %s enable trigger %I"', tgrelid::regclass, tgname) else '' end
    from pg_trigger join pg_class on pg_class.oid = tgrelid
    where not tgisinternal and relnamespace = ${namespace(schema)}
    union all
    select format('function %s(%s)', proname, pg_get_function_identity_arguments(oid)), '',
      pg_get_functiondef(oid), ''
    from pg_proc where prokind in ('f', 'p') and pronamespace = ${namespace(schema)}
      and ${ownOnly('pg_proc', 'oid')}
    union all
    select 'type ' || typname, '', string_agg(enumlabel, ', ' order by enumsortorder), ''
    from pg_type join pg_enum on enumtypid = pg_type.oid
    where typnamespace = ${namespace(schema)} group by typname
  ) as objects order by name, of`

const namespace = (schema: string) => `'${schema.replaceAll("'", "''")}'::regnamespace`

const ownOnly = (catalog: string, id: string) =>
  `not exists (select from pg_depend where classid = '${catalog}'::regclass and objid = ${catalog}.${id} and deptype = 'e')`
