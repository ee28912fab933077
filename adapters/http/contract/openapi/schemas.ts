import { operationIds, operations } from '../contract.ts'
import { withKeptLimits } from '../kept-limits.ts'
import type { Operation } from '../operation.ts'
import { Problem, Task } from '../schemas.ts'

type JsonSchema = Readonly<Record<string, unknown>>

const nameOf = (schema: unknown): string | undefined => {
  const { title } = Object(schema)
  return typeof title === 'string' ? title : undefined
}

/** A schema with a reference in the place of every named one, itself included. */
export const referring = (schema: object): JsonSchema => {
  const name = nameOf(schema)
  return name ? { $ref: `#/components/schemas/${name}` } : inner(schema)
}

/** `explode` says how a parameter is spelt, and a name stands where a schema is defined. */
const inner = (schema: object): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([keyword, value]) =>
          keyword !== 'explode' && !(keyword === 'title' && value === nameOf(schema)),
      )
      .map(([keyword, value]) => [keyword, Array.isArray(value) ? value.map(part) : part(value)]),
  )

const part = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? referring(value) : value

/** Every named schema that an operation takes or answers with. */
export const componentSchemas = (): Record<string, JsonSchema> => {
  const found = new Map<string, JsonSchema>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const name = nameOf(value)
    if (name) found.set(name, inner(value))
    Object.values(value).forEach(collect)
  }
  for (const id of operationIds) {
    const { query, body, responses }: Operation = operations[id]
    collect(query)
    if (body) collect(withKeptLimits(body.schema, Task))
    for (const success of Object.values(responses)) collect(success.body)
  }
  collect(Problem)
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
}
