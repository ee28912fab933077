import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Violation } from '../../../domain/fault.ts'

/**
 * A check of values against a schema, compiled once: one sentence for each member at fault, made from the schema
 * alone, and none for a value that fits. Each member is asked by itself: the compiler's own list of errors ends
 * after a few, and what it does not name must be right.
 */
export const validator = (schema: TSchema): ((value: unknown) => readonly Violation[]) => {
  const compiled = Compile(schema)
  const { properties = {}, required = [] } = schema as Described
  const members = Object.entries(properties).map(
    ([name, member]) => [name, Compile(member as TSchema)] as const,
  )
  return (value) => {
    if (compiled.Check(value)) return []
    const sent = typeof value === 'object' && value !== null && !Array.isArray(value)
    const fields = sent
      ? members
          .filter(([name, member]) =>
            Object.hasOwn(value, name)
              ? !member.Check((value as Record<string, unknown>)[name])
              : required.includes(name),
          )
          .map(([name]) => name)
      : ['']
    return fields.map((field) => ({ field, message: expectation(schema, field) }))
  }
}

interface Described {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Described[]
  items?: Described
  properties?: Record<string, Described>
  required?: readonly string[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  format?: string
  description?: string
}

const expectation = (schema: Described, field: string): string => {
  const member = schema.properties?.[field]
  return member ? `must be ${phrase(member)}` : 'must be a JSON object'
}

const phrase = (schema: Described): string => {
  if (schema.anyOf) return schema.anyOf.map(phrase).join(' or ')
  if (schema.enum) return `one of ${schema.enum.join(', ')}`
  const { minimum, maximum, minLength, maxLength, items } = schema
  if (schema.type === 'integer') return `a whole number from ${minimum} to ${maximum}`
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'array' && items) return `a list, each ${phrase(items)}`
  if (schema.type === 'null') return 'null'
  if (schema.format === 'date') return 'a real date as YYYY-MM-DD'
  if (maxLength !== undefined) return `a string of ${minLength ?? 0} to ${maxLength} characters`
  return schema.description ? `a string, ${schema.description}` : 'a string'
}
