import { randomBytes } from 'node:crypto'
import type { ProblemCode } from '../../adapters/http/contract/problems.ts'
import type { Answer, Exchange, Wanted } from './exchange.ts'
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
export interface Trial {
  settings: Settings
  /** in the title of every task of this run */
  runId: string
  findings: Finding[]
  requests: number
  send(wanted: Wanted): Promise<Exchange>
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

export interface TrialParts {
  settings: Settings
  transport: Transport
  runId: string
  codeStatus: Readonly<Record<ProblemCode, { status: number }>>
  /** told of every canary, with the user who alone may see it */
  onCanary(owner: 'A' | 'B', canary: string): void
}

export const createTrial = (parts: TrialParts): Trial => {
  const { settings, transport, runId, codeStatus } = parts
  const findings: Finding[] = []
  const record = (
    verdict: Finding['verdict'],
    exchange: Exchange,
    expected: string,
    observed?: string,
  ) => {
    const blank = exchange.answer === undefined || exchange.edge
    findings.push({
      verdict: blank ? 'INCONCLUSIVE' : verdict,
      expected,
      observed: observed && !blank ? observed : summary(exchange),
      exchange,
    })
  }
  const trial: Trial = {
    settings,
    runId,
    findings,
    requests: 0,
    send: (wanted) => {
      trial.requests += 1
      const sent = transport.send(wanted)
      // Where several are under way and one cannot be sent, nobody may be left to wait for the others.
      sent.catch(() => undefined)
      return sent
    },
    task: async (as, members = {}) => {
      const title = trial.canary()
      parts.onCanary(as, title)
      const tags = [MARKER_TAG, ...((members.tags as string[] | undefined) ?? [])]
      const made = await trial.send({
        method: 'POST',
        path: TASKS,
        as,
        json: { title, ...members, tags },
      })
      trial.control(made.answer?.status === 201, made, 'a task can be created')
      return made.answer?.json as TaskJson
    },
    reread: async (as, id) => {
      const read = await trial.send({ path: `${TASKS}/${id}`, as })
      trial.control(read.answer?.status === 200, read, 'its owner can read the task')
      return read.answer?.json as TaskJson
    },
    expect: (holds, exchange, expected, observed) => {
      if (!holds || exchange.edge || !exchange.answer) record('FAIL', exchange, expected, observed)
      return holds
    },
    prefer: (holds, exchange, expected, observed) => {
      if (!holds || exchange.edge || !exchange.answer) record('WARN', exchange, expected, observed)
      return holds
    },
    expectStatus: (exchange, ...statuses) =>
      trial.expect(
        statuses.includes(exchange.answer?.status ?? 0),
        exchange,
        `status ${statuses.join(' or ')}`,
      ),
    expectProblem: (exchange, ...codes) => {
      const { status, code } = problemIn(exchange.answer)
      const fits = codes.some((it) => it === code && codeStatus[it].status === status)
      const wanted = codes.map((it) => `${codeStatus[it].status} ${it}`).join(' or ')
      return trial.expect(fits, exchange, wanted)
    },
    control: (holds, exchange, expected) => {
      if (holds) return
      record('INCONCLUSIVE', exchange, `control: ${expected}`)
      throw new ControlFailed()
    },
    canary: () => `vrf-${runId}-${randomBytes(9).toString('hex')}`,
  }
  return trial
}

/** Status and code of a refusal. */
export const problemIn = (answer: Answer | undefined): { status?: number; code?: string } => {
  const code = (answer?.json as { code?: unknown } | undefined | null)?.code
  return { ...(answer && { status: answer.status }), ...(typeof code === 'string' && { code }) }
}

/** What came back, in one line. */
export const summary = ({ answer, trouble, edge, attempts }: Exchange): string => {
  if (!answer) return `${trouble ?? 'nothing'}${attempts > 1 ? ` after ${attempts} attempts` : ''}`
  if (edge) return `${answer.status} from something in front of the application`
  const { code } = problemIn(answer)
  return `status ${answer.status}${code ? ` ${code}` : ''}, ${headerOf(answer, 'content-type') ?? 'no type'}`
}
