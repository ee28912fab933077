import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import { type CheckContext, newTask, TASKS, type TaskJson } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { taskIn } from '../tasks.ts'

export const common = { record: 'ADR-0016', requirements: ['US1'], needs: ['users'] } as const

export const JSON_TYPE = ['Content-Type', 'application/json'] as const

/** A new task as text, for what is to be spoilt. */
export const bodyText = (context: CheckContext): string => JSON.stringify(newTask(context))

/**
 * Sends what must be refused. A task that comes of it all the same is removed here: its title may no longer be one that
 * clearing up knows.
 */
export const sendRefused = async (
  context: CheckContext,
  request: Partial<HttpRequest>,
): Promise<Exchange> => {
  const exchange = await context.send({ method: 'POST', path: TASKS, as: 'A', ...request })
  const { id } = taskIn(exchange)
  if (exchange.response?.status === 201 && id !== undefined)
    await context.send({ method: 'DELETE', path: `${TASKS}/${id}`, as: 'A', housekeeping: true })
  return exchange
}

/** The same, with the codes that it may be refused with. */
export const expectRefused = async (
  context: CheckContext,
  request: Partial<HttpRequest>,
  ...codes: ProblemCode[]
): Promise<Exchange> => {
  const exchange = await sendRefused(context, request)
  context.expectProblem(exchange, ...codes)
  return exchange
}

/** A body of JSON text that must be refused, as it is. */
export const expectTextRefused = (
  context: CheckContext,
  body: string | Uint8Array,
  ...codes: ProblemCode[]
) => expectRefused(context, { body, headers: [JSON_TYPE] }, ...codes)

/** Sends what must make a task; undefined where it did not. */
export const expectCreated = async (
  context: CheckContext,
  request: Partial<HttpRequest>,
): Promise<{ exchange: Exchange; task: TaskJson } | undefined> => {
  const exchange = await context.send({ method: 'POST', path: TASKS, as: 'A', ...request })
  if (!context.expectStatus(exchange, 201)) return undefined
  return { exchange, task: taskIn(exchange) as TaskJson }
}

/** A text without what would fill a report: the first characters and how many there are. */
export const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 80)}… (${[...text].length} characters)` : text
}
