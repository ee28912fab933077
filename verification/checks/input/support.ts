import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import { type CheckContext, MARKER_TAG, TASKS, type TaskJson } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/exchange.ts'

export const common = { record: 'ADR-0016', requirements: ['US1'], needs: ['users'] } as const

export const JSON_TYPE = ['Content-Type', 'application/json'] as const

/** Nobody has this one. */
export const NO_TASK = `${TASKS}/01890000-0000-7000-8000-000000000000`

/** Members of a task that clearing up finds again, should a server accept what it ought to refuse. */
export const members = (context: CheckContext, more: Record<string, unknown> = {}) => ({
  title: context.canary(),
  ...more,
  tags: [MARKER_TAG, ...((more.tags as string[] | undefined) ?? [])],
})

/** The same as text, for what is to be spoilt. */
export const bodyText = (context: CheckContext): string => JSON.stringify(members(context))

/**
 * Sends what must be refused with one of these codes. A task that comes of it all the same is removed here:
 * its title may no longer be one that clearing up knows.
 */
export const refused = async (
  context: CheckContext,
  request: Partial<HttpRequest>,
  ...codes: ProblemCode[]
): Promise<Exchange> => {
  const exchange = await context.send({ method: 'POST', path: TASKS, as: 'A', ...request })
  context.expectProblem(exchange, ...codes)
  const { id } = membersOf(exchange)
  if (exchange.response?.status === 201 && id !== undefined)
    await context.send({ method: 'DELETE', path: `${TASKS}/${id}`, as: 'A', housekeeping: true })
  return exchange
}

/** A body of JSON text that must be refused, as it is. */
export const refusedText = (
  context: CheckContext,
  body: string | Uint8Array,
  ...codes: ProblemCode[]
) => refused(context, { body, headers: [JSON_TYPE] }, ...codes)

/** Members that must be refused for their values. */
export const refusedValue = (context: CheckContext, more: Record<string, unknown>) =>
  refused(context, { json: members(context, more) }, 'validation_failed')

/** Sends what must make a task; undefined where it did not. */
export const created = async (
  context: CheckContext,
  request: Partial<HttpRequest>,
): Promise<{ exchange: Exchange; task: TaskJson } | undefined> => {
  const exchange = await context.send({ method: 'POST', path: TASKS, as: 'A', ...request })
  if (!context.expectStatus(exchange, 201)) return undefined
  return { exchange, task: membersOf(exchange) as TaskJson }
}

/** What an answer holds, where it is an object. */
export const membersOf = ({ response }: Exchange): Partial<TaskJson> & { tasks?: TaskJson[] } =>
  typeof response?.json === 'object' && response.json !== null ? response.json : {}

/** A text without what would fill a report: the first characters and how many there are. */
export const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 80)}… (${[...text].length} characters)` : text
}
