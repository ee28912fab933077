import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import { MARKER_TAG, TASKS, type TaskJson, type Trial } from '../../engine/check-context.ts'
import type { Exchange, Wanted } from '../../engine/exchange.ts'

export const common = { record: 'ADR-0016', requirements: ['US1'], needs: ['users'] } as const

export const JSON_TYPE = ['Content-Type', 'application/json'] as const

/** Nobody has this one. */
export const NO_TASK = `${TASKS}/01890000-0000-7000-8000-000000000000`

/** Members of a task that clearing up finds again, should a server accept what it ought to refuse. */
export const members = (trial: Trial, more: Record<string, unknown> = {}) => ({
  title: trial.canary(),
  ...more,
  tags: [MARKER_TAG, ...((more.tags as string[] | undefined) ?? [])],
})

/** The same as text, for what is to be spoilt. */
export const bodyText = (trial: Trial): string => JSON.stringify(members(trial))

/**
 * Sends what must be refused with one of these codes. A task that comes of it all the same is removed here:
 * its title may no longer be one that clearing up knows.
 */
export const refused = async (
  trial: Trial,
  wanted: Partial<Wanted>,
  ...codes: ProblemCode[]
): Promise<Exchange> => {
  const exchange = await trial.send({ method: 'POST', path: TASKS, as: 'A', ...wanted })
  trial.expectProblem(exchange, ...codes)
  const { id } = membersOf(exchange)
  if (exchange.answer?.status === 201 && id !== undefined)
    await trial.send({ method: 'DELETE', path: `${TASKS}/${id}`, as: 'A', housekeeping: true })
  return exchange
}

/** A body of JSON text that must be refused, as it is. */
export const refusedText = (trial: Trial, body: string | Uint8Array, ...codes: ProblemCode[]) =>
  refused(trial, { body, headers: [JSON_TYPE] }, ...codes)

/** Members that must be refused for their values. */
export const refusedValue = (trial: Trial, more: Record<string, unknown>) =>
  refused(trial, { json: members(trial, more) }, 'validation_failed')

/** Sends what must make a task; undefined where it did not. */
export const created = async (
  trial: Trial,
  wanted: Partial<Wanted>,
): Promise<{ exchange: Exchange; task: TaskJson } | undefined> => {
  const exchange = await trial.send({ method: 'POST', path: TASKS, as: 'A', ...wanted })
  if (!trial.expectStatus(exchange, 201)) return undefined
  return { exchange, task: membersOf(exchange) as TaskJson }
}

/** What an answer holds, where it is an object. */
export const membersOf = ({ answer }: Exchange): Partial<TaskJson> & { tasks?: TaskJson[] } =>
  typeof answer?.json === 'object' && answer.json !== null ? answer.json : {}

/** A text without what would fill a report: the first characters and how many there are. */
export const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 80)}… (${[...text].length} characters)` : text
}
