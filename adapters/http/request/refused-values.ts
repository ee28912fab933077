import type { TSchema } from 'typebox'
import { Fault, type Violation } from '../../../domain/fault.ts'
import { validFilter } from '../../../domain/listing.ts'
import { validChange } from '../../../domain/task.ts'
import type { Operation } from '../contract/operation.ts'
import { wireName } from '../contract/wire-names.ts'
import { filterOf, membersOf } from '../task-bodies.ts'

/**
 * The fault that names every field. The schema was asked about all of them; those with which it finds no fault may
 * still break a rule of the domain, which would otherwise be told in a second round.
 */
export const refused = (
  violations: readonly Violation[],
  { query, body }: Operation,
  sent: { query: unknown; body: unknown },
): Fault => {
  const named = new Set(violations.map(({ field }) => field))
  const others = (schema: TSchema | undefined, values: unknown) =>
    Object.fromEntries(
      Object.entries(Object(values)).filter(([name]) => isMember(schema, name) && !named.has(name)),
    )
  const more = [
    ...besidePage(Object(sent.query)),
    ...violationsOf(() => validFilter(filterOf(others(query, sent.query)))),
    ...violationsOf(() => validChange(membersOf(others(body?.schema, sent.body)))),
  ].filter(({ field }) => !named.has(wireName(field)))
  return new Fault('validation_failed', { violations: [...violations, ...more] })
}

/** A list is read from one place. */
const besidePage = ({ cursor, page }: Record<string, unknown>): readonly Violation[] =>
  cursor === undefined || page === undefined
    ? []
    : [{ field: 'cursor', message: 'must not be given together with page' }]

const isMember = (schema: TSchema | undefined, name: string): boolean =>
  Object.hasOwn((schema as { properties?: object } | undefined)?.properties ?? {}, name)

const violationsOf = (judge: () => unknown): readonly Violation[] => {
  try {
    judge()
    return []
  } catch (error) {
    if (error instanceof Fault) return error.violations
    throw error
  }
}
