import { schema, type VariableName } from './schema.ts'

// Other people's names for what ours hold; they count only while ours is wanted and missing.
const otherNames: { readonly [Name in VariableName]?: readonly string[] } = {
  DATABASE_URL: ['DB_URL', 'PG_URL', 'POSTGRES_URL', 'POSTGRESQL_URL', 'POSTGRES_PRISMA_URL'],
  DATABASE_URL_UNPOOLED: ['DIRECT_URL', 'DATABASE_DIRECT_URL', 'POSTGRES_URL_NON_POOLING'],
  BETTER_AUTH_SECRET: ['AUTH_SECRET', 'NEXTAUTH_SECRET'],
  CORS_ORIGINS: ['ALLOWED_ORIGINS', 'ALLOWED_ORIGIN', 'CORS_ALLOWED_ORIGINS', 'CORS_ORIGIN'],
}

/** Shorter names have too many neighbours: PATH and PORT, HOME and HOST. */
const LONG_ENOUGH = 6

const known = Object.keys(schema) as VariableName[]

export interface NearMissRules {
  /** those that are required and not given: here the names that other programs use count too */
  wanted: ReadonlySet<VariableName>
  /** those whose absence explains a misspelling: neither given nor made up for by another */
  absent: ReadonlySet<VariableName>
}

export interface NearMiss {
  meant: VariableName
  /** the name in the environment, in quotes and escaped: somebody else chose it, and it must not break a line */
  found: string
}

/**
 * Names in the environment that were meant to be ours: other case, blanks or separators, or one letter of a longer
 * word. Nothing reads them, so nothing else would ever tell.
 */
export const nearMisses = (
  env: Readonly<Record<string, string | undefined>>,
  { wanted, absent }: NearMissRules,
): NearMiss[] =>
  Object.keys(env).flatMap((name) => {
    if (name in schema || (env[name] ?? '').trim() === '') return []
    const meant =
      known.find((ours) => bare(ours) === bare(name)) ??
      [...wanted].find((ours) => otherNames[ours]?.includes(name.trim())) ??
      [...absent].find((ours) => ours.length >= LONG_ENOUGH && isSlip(name.trim(), ours))
    return meant === undefined ? [] : [{ meant, found: JSON.stringify(name.slice(0, 60)) }]
  })

const bare = (name: string): string => name.replace(/[\s_.-]/g, '').toUpperCase()

/** One letter too many, too few or wrong, or two that changed places. */
const isSlip = (name: string, ours: string): boolean => {
  const shorter = Math.min(name.length, ours.length)
  let start = 0
  while (start < shorter && name[start] === ours[start]) start += 1
  let end = 0
  while (end < shorter - start && name.at(-1 - end) === ours.at(-1 - end)) end += 1
  const [left = '', right = ''] = [name, ours].map((it) => it.slice(start, it.length - end))
  const isSwap = left.length === 2 && right === `${left[1]}${left[0]}`
  return isSwap || (left.length <= 1 && right.length <= 1)
}
