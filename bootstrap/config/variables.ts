import convict from 'convict'
import './formats.ts'
import { schema, type Variable, type VariableName, variables } from './schema.ts'

/** The variables as the schema makes them: null where neither given nor defaulted. */
export type Values = { [Name in VariableName]: ValueOf<(typeof schema)[Name]> }

type ValueOf<V extends Variable> =
  | (V['format'] extends 'whole number'
      ? number
      : V['format'] extends 'comma list'
        ? readonly string[]
        : string)
  | (V extends { default: string | number } ? never : null)

export interface Reading {
  values: Values
  /** names that are given, a blank value counting as none */
  given: ReadonlySet<string>
  problems: Problem[]
}

/** One thing to mend. `text` completes "<name> …" and holds no value. */
export interface Problem {
  name: VariableName
  text: string
}

/**
 * Reads the variables by the schema, trimmed; what breaks it is a problem and reads as its default.
 */
export const readVariables = (env: Readonly<Record<string, string | undefined>>): Reading => {
  const given = new Map<string, string>()
  for (const name of Object.keys(schema)) {
    const value = env[name]?.trim() ?? ''
    if (value !== '') given.set(name, value)
  }
  const sound = new Map(given)
  const problems = pastedValues(given)
  for (const { name } of problems) sound.delete(name)
  const malformed = problemsOf(settingsOf(sound))
  for (const { name } of malformed) sound.delete(name)
  problems.push(...malformed)
  // one entry per variable and no nesting, so the properties are the values
  const values = settingsOf(sound).getProperties() as Values
  return { values, given: new Set(given.keys()), problems }
}

/** Shells take quotes and names off, dashboards and `.env` readers of containers keep them: then they are part of the value. */
const pastedValues = (given: ReadonlyMap<string, string>): Problem[] =>
  [...given].flatMap(([name, value]) => {
    const isList = (schema[name as VariableName] as Variable).format === 'comma list'
    const entries = isList ? value.split(',').map((entry) => entry.trim()) : [value]
    const pasted = entries.map((entry) => pastedWith(name, entry)).find((it) => it !== undefined)
    return pasted === undefined ? [] : { name: name as VariableName, text: pasted }
  })

const QUOTE = /^["'`“”„‘’‚«»]|["'`“”„‘’‚«»]$/

/** What came along with the value when it was copied; nobody sees it in a dashboard, and it fits nothing. */
const pastedWith = (name: string, value: string): string | undefined => {
  const [, lead] = /^(?:export\s+|set\s+|\$env:)?([A-Z_]+)\s*[=:]/.exec(value) ?? []
  if (lead === name) return 'begins with its name: give the value alone'
  if (/^(["'`]).*\1$|^[“”„‘’‚«].*[“”‘’»]$/s.test(value)) return 'is wrapped in quotes: remove them'
  if (QUOTE.test(value)) return 'has a quote at one end: remove it'
  return /\p{Cf}/u.test(value) ? 'holds an invisible character: type it anew' : undefined
}

// `sensitive` on every entry: convict then leaves values out of its messages
const guarded = Object.fromEntries(
  variables.map(({ name, ...variable }) => [
    name,
    {
      default: null,
      nullable: variable.default === undefined,
      ...variable,
      env: name,
      sensitive: true,
    },
  ]),
)

// `args` because convict would otherwise read the command line too
const settingsOf = (given: ReadonlyMap<string, string>): convict.Config<unknown> =>
  convict<unknown>(guarded, { env: Object.fromEntries(given), args: [] })

const problemsOf = (settings: convict.Config<unknown>): Problem[] => {
  try {
    settings.validate({ allowed: 'strict' })
    return []
  } catch (error) {
    return String((error as Error).message)
      .split('\n')
      .map((line) => {
        const [, name, text] = /^([A-Z_]+): (.*)$/.exec(line) ?? []
        // a refusal that cannot be attributed must not pass for none
        if (text === undefined) throw new Error('a format must refuse in one line')
        return { name: name as VariableName, text: inWords(text) }
      })
  }
}

const inWords = (text: string): string =>
  text.replace(/^must be one of the possible values: \["(.*)"\]$/, (_, list: string) => {
    return `must be one of ${list.split('","').join(', ')}`
  })
