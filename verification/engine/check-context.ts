import { randomBytes } from 'node:crypto'
import type { Static } from 'typebox'
import { type ProblemCode, problems } from '../../adapters/http/contract/problems.ts'
import type { Task } from '../../adapters/http/contract/schemas.ts'
import {
  type Exchange,
  type HttpRequest,
  isAnswered,
  membersOf,
  problemIn,
  summary,
} from './http/exchange.ts'
import { type Transport, Unsent } from './http/transport.ts'
import type { Settings } from './settings.ts'
import { hasExpired } from './users.ts'
import type { Finding } from './verdict.ts'

export const TASKS = '/api/v1/tasks'
/** On everything that a run creates, so that a later run can clear up after one that was killed. */
export const MARKER_TAG = 'verification-suite'

/** A task as the contract shows it. */
export type TaskJson = Static<typeof Task>

/** Thrown by a control that failed: what would follow could prove nothing. Already recorded as a finding. */
export class ControlFailed extends Error {}

/** Thrown where the target cannot have what the check is about: it is not run, and that is no gap. */
export class Inapplicable extends Error {}

/** Thrown where the promise is one of production alone. */
export class NotInProduction extends Inapplicable {
  constructor(environment: string | undefined) {
    super(`the target runs as ${environment}, not in production`)
  }
}

/** What a check works with: it sends, it expects, and what is not as expected is kept with its evidence. */
export interface CheckContext {
  settings: Settings
  /** in the title of every task of this run */
  runId: string
  findings: Finding[]
  requests: number
  send(request: HttpRequest): Promise<Exchange>
  /** Creates a task for a user with an unguessable title; a failure ends the check as INCONCLUSIVE. */
  task(
    as: 'A' | 'B',
    members?: Record<string, unknown>,
    headers?: HttpRequest['headers'],
  ): Promise<TaskJson>
  /** Records a finding unless it holds. Without an answer, whatever was expected is INCONCLUSIVE. */
  expect(holds: boolean, exchange: Exchange, expected: string, observed?: string): boolean
  /** The same, but worth a warning only. */
  prefer(holds: boolean, exchange: Exchange, expected: string, observed?: string): boolean
  expectStatus(exchange: Exchange, ...statuses: number[]): boolean
  expectWithin(exchange: Exchange, limitMs: number, expected: string): boolean
  /** Status, problem+json and code all at once. */
  expectProblem(exchange: Exchange, ...codes: ProblemCode[]): boolean
  /** Ends the check as INCONCLUSIVE unless it holds: the ground for what follows is missing. */
  control(holds: boolean, exchange: Exchange, expected: string): void
  /** a string that nobody can guess and that carries the marker of this run */
  canary(): string
  /** Has every answer of the run searched for a text that only this user may see. */
  reserve(owner: 'A' | 'B', text: string): void
}

export interface CheckContextParts {
  settings: Settings
  transport: Transport
  runId: string
  /** why the answer to a request would prove nothing, so that it is not sent */
  futile?: (request: HttpRequest) => string | undefined
  /** told of every text that is reserved, a task's canary among them, with the user who alone may see it */
  onCanary?: (owner: 'A' | 'B', canary: string) => void
}

export const checkContext = (parts: CheckContextParts): CheckContext => {
  const { settings, transport, runId, futile, onCanary } = parts
  const findings: Finding[] = []
  const record = (
    verdict: Finding['verdict'],
    exchange: Exchange,
    expected: string,
    observed?: string,
  ) => {
    const outlived = expiredFor(exchange, settings)
    const unanswered = outlived !== undefined || !isAnswered(exchange)
    findings.push({
      verdict: unanswered ? 'INCONCLUSIVE' : verdict,
      expected,
      observed: outlived ?? (observed && !unanswered ? observed : summary(exchange)),
      exchange,
    })
  }
  const expecting =
    (verdict: Finding['verdict']): CheckContext['expect'] =>
    (holds, exchange, expected, observed) => {
      if (!holds || !isAnswered(exchange)) record(verdict, exchange, expected, observed)
      return holds
    }
  const context: CheckContext = {
    settings,
    runId,
    findings,
    requests: 0,
    send: (request) => {
      const reason = futile?.(request)
      if (reason === undefined) context.requests += 1
      const sent = reason ? Promise.reject(new Unsent(reason)) : transport.send(request, context)
      // Where several are under way and one cannot be sent, nobody may be left to wait for the others.
      sent.catch(() => undefined)
      return sent
    },
    task: async (as, members = {}, headers = []) => {
      const json = newTask(context, members)
      context.reserve(as, json.title)
      const made = await context.send({ method: 'POST', path: TASKS, as, json, headers })
      const { id } = membersOf<TaskJson>(made)
      const isMade = made.response?.status === 201 && typeof id === 'string'
      context.control(isMade, made, 'a task can be created')
      return made.response?.json as TaskJson
    },
    expect: expecting('FAIL'),
    prefer: expecting('WARN'),
    expectStatus: (exchange, ...statuses) =>
      context.expect(
        statuses.includes(exchange.response?.status ?? 0),
        exchange,
        `status ${statuses.join(' or ')}`,
      ),
    expectWithin: (exchange, limitMs, expected) =>
      context.expect(
        exchange.ms <= limitMs * settings.patience,
        exchange,
        expected,
        `${Math.round(exchange.ms)} ms`,
      ),
    expectProblem: (exchange, ...codes) => {
      const { status, code } = problemIn(exchange)
      const fits = codes.some((it) => it === code && problems[it].status === status)
      const expected = codes.map((it) => `${problems[it].status} ${it}`).join(' or ')
      return context.expect(fits, exchange, expected)
    },
    control: (holds, exchange, expected) => {
      if (holds) return
      record('INCONCLUSIVE', exchange, `control: ${expected}`)
      throw new ControlFailed()
    },
    canary: () => `vrf-${runId}-${randomBytes(9).toString('hex')}`,
    reserve: (owner, text) => onCanary?.(owner, text),
  }
  return context
}

/** What is said of a good token that did not live as long as the run: no fault of the target. */
const expiredFor = (exchange: Exchange, { users }: Settings): string | undefined => {
  const user = Object.values(users ?? {}).find(({ name }) => name === exchange.as)
  const { status, code } = problemIn(exchange)
  // An answer to HEAD has no body that says so.
  const isRefused = code === 'token_expired' || (status === 401 && exchange.method === 'HEAD')
  return user && isRefused && hasExpired(user)
    ? `the token of user ${user.name} expired during the run: give tokens that live longer`
    : undefined
}

/** The members of a task that clearing up finds again; its title is a canary unless one is given. */
export const newTask = (
  context: CheckContext,
  members: { tags?: readonly string[]; [name: string]: unknown } = {},
) => ({ title: context.canary(), ...members, tags: [MARKER_TAG, ...(members.tags ?? [])] })
