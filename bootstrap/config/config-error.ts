import { nearMisses } from './near-misses.ts'
import { schema, type VariableName } from './schema.ts'
import type { Problem, Reading } from './variables.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** All that is wrong at once. Each problem is one line: the variable, the remedy, never a value. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`configuration refused: ${problems.join('; ')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/**
 * Throws when anything about `names` is wrong, and returns what is only worth a warning. `found` is what the rules
 * beyond the schema found; what breaks the schema reads as missing there, so it is told once only.
 */
export const refuse = (
  env: Env,
  { given, problems: malformed }: Reading,
  found: readonly Problem[],
  names: readonly VariableName[],
): string[] => {
  const told = new Set(malformed.map(({ name }) => name))
  const problems = [...malformed, ...found.filter(({ name }) => !told.has(name))]
  const wanted = problems.map(({ name }) => name).filter((name) => !given.has(name))
  const misses = nearMisses(env, { wanted: new Set(wanted), absent: absentOf(given) })
  const warnings: Problem[] = []
  for (const { meant: name, found: other } of misses)
    if (given.has(name))
      warnings.push({ name, text: `is not read from ${other}: remove that variable` })
    else problems.push({ name, text: `is not read from ${other}: rename that variable` })
  const linesOf = (told: readonly Problem[]) =>
    told.filter(({ name }) => names.includes(name)).map(({ name, text }) => `${name} ${text}`)
  if (problems.some(({ name }) => names.includes(name))) throw new ConfigError(linesOf(problems))
  return linesOf(warnings)
}

const ways: readonly VariableName[] = ['BETTER_AUTH_SECRET', 'JWT_SECRET', 'AUTH_JWKS_URL']

/**
 * What nobody gave and nothing makes up for: with one way to verify tokens the others are not
 * missed.
 */
const absentOf = (given: ReadonlySet<string>): Set<VariableName> => {
  const settled = ways.some((name) => given.has(name))
  const absent = (Object.keys(schema) as VariableName[]).filter(
    (name) =>
      !given.has(name) && !('platform' in schema[name]) && !(settled && ways.includes(name)),
  )
  return new Set(absent)
}
