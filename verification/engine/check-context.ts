import { randomBytes } from 'node:crypto'
import type { ProblemCode } from '../../adapters/http/contract/problems.ts'
import type { Exchange, HttpRequest, HttpResponse } from './exchange.ts'
import { headerOf } from './exchange.ts'
import type { Settings } from './settings.ts'
import type { Transport } from './transport.ts'
import type { Finding } from './verdict.ts'

export const TASKS = '/api/v1/tasks'
/** On everything that a run creates, so that a later run can clear up after one that was killed. */
export const MARKER_TAG = 'verification-suite'

/** A task as the contract shows it. */
export interface TaskJson {
  id: string
  user_id: string
  title: string
  description: string | null
  completed: boolean
  priority: string
  due_date: string | null
  tags: string[]
  created_at: string
  updated_at: string
}

/** Thrown by a control that failed: what would follow could prove nothing. Already recorded as a finding. */
export class ControlFailed extends Error {}

/** Thrown where the target cannot have what the check is about: it is not run, and that is no gap. */
export class Inapplicable extends Error {}

/** What a check works with: it sends, it expects, and what is not as expected is kept with its evidence. */
export interface CheckContext {
  settings: Settings
  /** in the title of every task of this run */
  runId: string
  findings: Finding[]
  requests: number
  send(request: HttpRequest): Promise<Exchange>
  /** Creates a task for a user with an unguessable title; a failure ends the check as INCONCLUSIVE. */
  task(as: 'A' | 'B', members?: Record<string, unknown>): Promise<TaskJson>
  /** Reads as its owner, as a control. */
  reread(as: 'A' | 'B', id: string): Promise<TaskJson>
  /** Records a finding unless it holds. Without an answer, whatever was expected is INCONCLUSIVE. */
  expect(holds: boolean, exchange: Exchange, expected: string, observed?: string): boolean
  /** The same, but worth a warning only. */
  prefer(holds: boolean, exchange: Exchange, expected: string, observed?: string): boolean
  expectStatus(exchange: Exchange, ...statuses: number[]): boolean
  /** Status, problem+json and code all at once. */
  expectProblem(exchange: Exchange, ...codes: ProblemCode[]): boolean
  /** Ends the check as INCONCLUSIVE unless it holds: the ground for what follows is missing. */
  control(holds: boolean, exchange: Exchange, expected: string): void
  /** a string that nobody can guess and that carries the marker of this run */
  canary(): string
}

export interface CheckContextParts {
  settings: Settings
  transport: Transport
  runId: string
  codeStatus: Readonly<Record<ProblemCode, { status: number }>>
  /** told of every canary, with the user who alone may see it */
  onCanary(owner: 'A' | 'B', canary: string): void
}

export const checkContext = (parts: CheckContextParts): CheckContext => {
  const { settings, transport, runId, codeStatus } = parts
  const findings: Finding[] = []
  const record = (
    verdict: Finding['verdict'],
    exchange: Exchange,
    expected: string,
    observed?: string,
  ) => {
    const blank = exchange.response === undefined || exchange.edge
    findings.push({
      verdict: blank ? 'INCONCLUSIVE' : verdict,
      expected,
      observed: observed && !blank ? observed : summary(exchange),
      exchange,
    })
  }
  const context: CheckContext = {
    settings,
    runId,
    findings,
    requests: 0,
    send: (request) => {
      context.requests += 1
      const sent = transport.send(request)
      // Where several are under way and one cannot be sent, nobody may be left to wait for the others.
      sent.catch(() => undefined)
      return sent
    },
    task: async (as, members = {}) => {
      const title = context.canary()
      parts.onCanary(as, title)
      const tags = [MARKER_TAG, ...((members.tags as string[] | undefined) ?? [])]
      const made = await context.send({
        method: 'POST',
        path: TASKS,
        as,
        json: { title, ...members, tags },
      })
      context.control(made.response?.status === 201, made, 'a task can be created')
      return made.response?.json as TaskJson
    },
    reread: async (as, id) => {
      const read = await context.send({ path: `${TASKS}/${id}`, as })
      context.control(read.response?.status === 200, read, 'its owner can read the task')
      return read.response?.json as TaskJson
    },
    expect: (holds, exchange, expected, observed) => {
      if (!holds || exchange.edge || !exchange.response)
        record('FAIL', exchange, expected, observed)
      return holds
    },
    prefer: (holds, exchange, expected, observed) => {
      if (!holds || exchange.edge || !exchange.response)
        record('WARN', exchange, expected, observed)
      return holds
    },
    expectStatus: (exchange, ...statuses) =>
      context.expect(
        statuses.includes(exchange.response?.status ?? 0),
        exchange,
        `status ${statuses.join(' or ')}`,
      ),
    expectProblem: (exchange, ...codes) => {
      const { status, code } = problemIn(exchange.response)
      const fits = codes.some((it) => it === code && codeStatus[it].status === status)
      const expected = codes.map((it) => `${codeStatus[it].status} ${it}`).join(' or ')
      return context.expect(fits, exchange, expected)
    },
    control: (holds, exchange, expected) => {
      if (holds) return
      record('INCONCLUSIVE', exchange, `control: ${expected}`)
      throw new ControlFailed()
    },
    canary: () => `vrf-${runId}-${randomBytes(9).toString('hex')}`,
  }
  return context
}

/** Status and code of a refusal. */
export const problemIn = (
  response: HttpResponse | undefined,
): { status?: number; code?: string } => {
  const code = (response?.json as { code?: unknown } | undefined | null)?.code
  return { ...(response && { status: response.status }), ...(typeof code === 'string' && { code }) }
}

/** What came back, in one line. */
export const summary = ({ response, trouble, edge, attempts }: Exchange): string => {
  if (!response)
    return `${trouble ?? 'nothing'}${attempts > 1 ? ` after ${attempts} attempts` : ''}`
  if (edge) return `${response.status} from something in front of the application`
  const { code } = problemIn(response)
  return `status ${response.status}${code ? ` ${code}` : ''}, ${headerOf(response, 'content-type') ?? 'no type'}`
}
