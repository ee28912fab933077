import type { TSchema } from 'typebox'
import { type CheckContext, MARKER_TAG } from '../engine/check-context.ts'
import type { Route } from '../engine/matrix.ts'

export type Schema = TSchema & {
  type?: string
  enum?: readonly string[]
  items?: Schema
  anyOf?: readonly Schema[]
}

/** A member of a body or a parameter of a query, as the contract has it. */
export type Member = readonly [name: string, schema: Schema]

const membersIn = (schema: TSchema | undefined): readonly Member[] =>
  Object.entries((schema as { properties?: Record<string, Schema> } | undefined)?.properties ?? {})

/** The members that a body of this route can have. */
export const membersOf = ({ operation }: Route): readonly Member[] =>
  membersIn(operation.body?.schema)

/** The parameters that its query can have. */
export const parametersOf = ({ operation }: Route): readonly Member[] => membersIn(operation.query)

export const isClearable = ([, { anyOf = [] }]: Member): boolean =>
  anyOf.some(({ type }) => type === 'null')

/** The values that a schema counts, and where it takes a list, two of them at once. */
export const choices = ([, { type, enum: values, items }]: Member): readonly string[] => {
  if (type === 'boolean') return ['true', 'false']
  const each = items?.enum ?? []
  return values ?? (each.length > 0 ? [...each, `${each[0]},${each.at(-1)}`] : [])
}

const samples: Readonly<Record<string, readonly [string, string]>> = {
  // Nothing, which is no null: what is falsy is easily passed over.
  description: ['as it was', ''],
  due_date: ['2030-06-15', '2031-12-31'],
}

/**
 * A valid value of a member, and another one; what is new to the contract gets one of its type. Title and tags
 * are such that clearing up finds the task.
 */
export const sampleOf = (context: CheckContext, [name, schema]: Member, other = false): unknown => {
  if (name === 'title') return context.canary()
  if (schema.type === 'array') return other ? ['another', MARKER_TAG] : [MARKER_TAG, 'another']
  if (schema.type === 'boolean') return other
  const values = schema.enum ?? samples[name] ?? ['one', 'another']
  return other ? values.at(-1) : values[0]
}

/** Contract §3: counted in code points, of which an emoji is one and takes two UTF-16 units, four bytes. */
export const TITLE_MAX = 200
export const EMOJI = '\u{1f98a}'

/** The text, made so long. */
export const filled = (text: string, length: number): string =>
  text + EMOJI.repeat(length - [...text].length)
