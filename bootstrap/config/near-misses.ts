import { schema, type VariableName } from './schema.ts'
import type { Problem } from './variables.ts'

// Other people's names for what ours hold; they count only while ours is wanted and missing.
const otherNames: { readonly [Name in VariableName]?: readonly string[] } = {
  DATABASE_URL: ['DB_URL', 'PG_URL', 'POSTGRES_URL', 'POSTGRESQL_URL', 'POSTGRES_PRISMA_URL'],
  DATABASE_URL_UNPOOLED: ['DIRECT_URL', 'DATABASE_DIRECT_URL', 'POSTGRES_URL_NON_POOLING'],
  BETTER_AUTH_SECRET: ['AUTH_SECRET', 'NEXTAUTH_SECRET'],
  CORS_ORIGINS: ['ALLOWED_ORIGINS', 'ALLOWED_ORIGIN', 'CORS_ALLOWED_ORIGINS', 'CORS_ORIGIN'],
}

// Real variables of other programs that come within the distance.
const innocent = new Set([
  'DATABASE_DB',
  'DATABASE_ID',
  'DATABASE_POOL_MIN',
  'HOSTNAME',
  'NODE_ENV',
])

const known = Object.keys(schema) as VariableName[]

export interface NearMissRules {
  /** those that are required and not given: here the names that other programs use count too */
  wanted: ReadonlySet<VariableName>
  /** those whose absence explains a misspelling: neither given nor made up for by another */
  absent: ReadonlySet<VariableName>
}

/**
 * Names in the environment that were meant to be ours: a stray space, another case, a missing
 * underscore, a slip of one or two letters. Nothing reads them, so nothing else would ever tell.
 */
export const nearMisses = (
  env: Readonly<Record<string, string | undefined>>,
  { wanted, absent }: NearMissRules,
): Problem[] =>
  Object.keys(env).flatMap((name) => {
    if (name in schema || innocent.has(name) || (env[name] ?? '').trim() === '') return []
    const meant =
      known.find((ours) => bare(ours) === bare(name)) ??
      [...wanted].find((ours) => otherNames[ours]?.includes(name.trim())) ??
      nearest(name.trim(), absent)
    if (meant === undefined) return []
    return [{ name: meant, text: `is not read from ${quoted(name)}: rename that variable` }]
  })

const bare = (name: string): string => name.replace(/[\s_.-]/g, '').toUpperCase()

// a name that somebody else chose is shown escaped and short: it must not break the line
const quoted = (name: string): string => JSON.stringify(name.slice(0, 60))

const nearest = (name: string, candidates: ReadonlySet<VariableName>): VariableName | undefined =>
  [...candidates].find((ours) => distance(name, ours) <= tolerance(ours))

/** Short names have too many neighbours: PATH and PORT, HOME and HOST. */
const tolerance = (name: string): number => (name.length <= 5 ? 0 : name.length <= 8 ? 1 : 2)

/** Levenshtein's distance. */
const distance = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > 2) return 3
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const kept = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(kept, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
