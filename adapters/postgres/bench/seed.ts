import type postgres from 'postgres'

/** In one statement: so many that its overhead does not count, so few that Ctrl-C is heard soon. */
const BATCH = 250_000

/**
 * Who has the tasks: an owner gets those whose number leaves the rest `at` when divided by `every`, and the first one
 * that fits. What is left goes to others with 1,000 each.
 */
export type Population = Readonly<Record<string, { every: number; at: number }>>

/** In 1,010 rows an owner with 10 tasks and one with 1,000. */
export const few: Population = {
  ten: { every: 101, at: 0 },
  thousand: { every: 1, at: 0 },
}

/**
 * In 5 million rows owners with 1,000,000, 100,000, 1,000 and 10 tasks, and as many others as it takes. Everybody's
 * tasks lie mixed in the order of their creation, as they do in a table that grew.
 */
export const many: Population = {
  million: { every: 5, at: 0 },
  'hundred thousand': { every: 50, at: 1 },
  thousand: { every: 5_000, at: 2 },
  ten: { every: 500_000, at: 3 },
}

const ownerOf = (population: Population, rows: number) => `case
  ${Object.entries(population)
    .map(([name, { every, at }]) => `when n % ${every} = ${at} then '${name}'`)
    .join('\n  ')}
  else 'other ' || abs(hashint8(n)::bigint) % ${Math.ceil(rows / 1_000)} end`

/** Rows that come many in a statement have to say whether the index is to hold them: all but each owner's first. */
const indexedOf = (population: Population, rows: number) => `(case
  ${Object.values(population)
    .map(({ every, at }) => `when n % ${every} = ${at} then n / ${every}`)
    .join('\n  ')}
  else n / ${Math.ceil(rows / 1_000)} end) >= 500`

const list = (words: string) =>
  `(array[${words
    .split(' ')
    .map((word) => `'${word}'`)
    .join(',')}])`
const verbs = list(
  'review send call plan book write check order pay clean move print sign file mend ask',
)
const nouns = list(
  'invoice contract room printer ticket budget report garden kitchen server backup letter parcel passport insurance ' +
    'bicycle dentist school meeting newsletter website logo translation warehouse delivery catalogue survey interview ' +
    'training balance storage elevator',
)
const people = list(
  'Miller Novak Garcia Rossi Andersson Dubois Kowalski Yilmaz Okafor Tanaka Silva Petrov Nguyen Cohen Haddad Byrne',
)
const tags = list(
  'home work urgent later office finance travel health family errands legal sales support design waiting phone',
)
/** One of a list; `skew` above 1 prefers those at its beginning. */
const any = (words: string, count: number, skew = 1) =>
  `${words}[1 + floor(random() ^ ${skew} * ${count})::int]`

/** Words that stand in each task, in one of eight, and in one of 50,000. */
export const words = { everywhere: ' the ', frequent: 'review', rare: 'quokka' }

const batch = (from: number, to: number, rows: number, population: Population) => `
  insert into tasks
    (owner, id, title, description, completed, priority, due_date, tags, created_at, updated_at, content_indexed)
  select ${ownerOf(population, rows)},
    (lpad(to_hex((extract(epoch from made) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3) || 'a' || substr(noise, 4, 15))::uuid,
    ${any(verbs, 16)} || ' the ' || ${any(nouns, 32)} || ' of ' || ${any(people, 16)}
      || case when n % 250000 < 5 then ' ${words.rare}' else '' end,
    case when random() < 0.5 then 'Before ' || to_char(made, 'TMMonth') || ', ' || ${any(verbs, 16)} || ' the '
      || ${any(nouns, 32)} || ' and ' || ${any(verbs, 16)} || ' ' || ${any(people, 16)} || ' about number ' || n end,
    random() < 0.6, (case when random() < 0.2 then 'high' when random() < 0.3 then 'low' else 'medium' end)::task_priority,
    case when random() < 0.6 then made::date + (random() * 90)::int end,
    case when random() < 0.3 then '{}' else array[${any(tags, 16, 3)}] end
      || case when random() < 0.01 then array['rare'] else '{}' end,
    made, made + random() ^ 4 * interval '30 days', ${indexedOf(population, rows)}
  from generate_series(${from}, ${to}) as n,
    lateral (select timestamptz '2026-10-01' - (${rows} - n) * (interval '1000 days' / ${rows}) as made, md5(n::text) as noise)`

interface Index {
  indexname: string
  indexdef: string
}

export interface Seeding {
  sql: postgres.Sql
  population: Population
  rows: number
  signal: AbortSignal
  say: (line: string) => void
}

/** Fills the table; its secondary indexes are left out until it is full, which is how a dump is restored too. */
export const seed = async ({ sql, population, rows, signal, say }: Seeding): Promise<void> => {
  const indexes = await sql<Index[]>`
    select indexname, indexdef from pg_indexes
    where tablename = 'tasks' and schemaname = current_schema() and not exists
      (select from pg_constraint where conindid = format('%I.%I', schemaname, indexname)::regclass)`
  for (const { indexname } of indexes) await sql`drop index ${sql(indexname)}`
  for (let from = 1; from <= rows; from += BATCH) {
    signal.throwIfAborted()
    await sql.unsafe(batch(from, Math.min(rows, from + BATCH - 1), rows, population))
  }
  say(`${rows} tasks written`)
  // The slow ones first, on two connections.
  const waiting = indexes.toSorted((a, b) => Number(isGin(b)) - Number(isGin(a)))
  const builder = async () => {
    for (let index = waiting.shift(); index; index = waiting.shift()) {
      signal.throwIfAborted()
      await sql.unsafe(index.indexdef)
      say(index.indexname)
    }
  }
  await Promise.all([builder(), builder()])
  await sql`vacuum analyze tasks`
  say('indexed and analysed')
}

const isGin = ({ indexdef }: Index) => indexdef.includes('USING gin')
