import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Fault, type Violation } from '../../../domain/fault.ts'

/**
 * A check of a value against a schema, compiled once.
 * @throws Fault `validation_failed` with one sentence per member at fault, made from the schema alone
 */
export const validator = <S extends TSchema>(schema: S): ((value: unknown) => Static<S>) => {
  const compiled = Compile(schema)
  return (value) => {
    if (compiled.Check(value)) return value as Static<S>
    const violations = new Map<string, Violation>()
    for (const error of compiled.Errors(value)) {
      for (const field of fieldsOf(error))
        if (!violations.has(field))
          violations.set(field, { field, message: expectation(schema, field) })
    }
    throw new Fault('validation_failed', { violations: [...violations.values()] })
  }
}

interface Described {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Described[]
  items?: Described
  properties?: Record<string, Described>
  minimum?: number
  maximum?: number
  description?: string
}

const fieldsOf = (error: { keyword: string; instancePath: string; params: object }): string[] => {
  if ('requiredProperties' in error.params) return error.params.requiredProperties as string[]
  return [error.instancePath.split('/')[1] ?? '']
}

const expectation = (schema: Described, field: string): string => {
  const member = schema.properties?.[field]
  return member ? `must be ${phrase(member)}` : 'must be a JSON object'
}

const phrase = (schema: Described): string => {
  if (schema.anyOf) return schema.anyOf.map(phrase).join(' or ')
  if (schema.enum) return `one of ${schema.enum.join(', ')}`
  const { minimum, maximum, items } = schema
  if (schema.type === 'integer') return `a whole number from ${minimum} to ${maximum}`
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'array' && items) return `a list, each ${phrase(items)}`
  if (schema.type === 'null') return 'null'
  return schema.description ? `a string, ${schema.description}` : 'a string'
}
