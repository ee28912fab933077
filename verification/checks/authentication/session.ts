import type { ActiveCheck } from '../../engine/check.ts'
import { type CheckContext, ControlFailed, type TaskJson } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { User } from '../../engine/users.ts'
import { forgeriesOf } from '../../tokens/forgeries/forgeries.ts'
import { oncePerRun } from '../once-per-run.ts'
import { ownTask } from '../own-task.ts'

/** What the checks of this group share within one run. */
interface Session {
  fixture?: Promise<Fixture | string>
  /** checks that others wait for */
  begun: Promise<void>[]
  /** every 401 that was asked for */
  refused: Exchange[]
  /** those of them that a bad signature was the reason for */
  forged: Exchange[]
  /** of the tasks that refused requests would have made or renamed */
  refusedTitles: string[]
}

/** What every check with users needs: tokens that are good, and a task of each user. */
export interface Fixture {
  users: { a: User; b: User }
  a: TaskJson
  b: TaskJson
}

const sessions = new Map<string, Session>()

export const sessionOf = ({ runId }: CheckContext): Session => {
  const session = sessions.get(runId) ?? { begun: [], refused: [], forged: [], refusedTitles: [] }
  sessions.set(runId, session)
  return session
}

/** Where there is none, every check that asks ends as INCONCLUSIVE with the same reason. */
export const fixture = async (context: CheckContext): Promise<Fixture> => {
  const session = sessionOf(context)
  session.fixture ??= prepare(context)
  const prepared = await session.fixture
  if (typeof prepared !== 'string') return prepared
  if (context.findings.length === 0)
    context.findings.push({
      verdict: 'INCONCLUSIVE',
      expected: 'control: both users are let in',
      observed: prepared,
    })
  throw new ControlFailed()
}

const prepare = async (context: CheckContext): Promise<Fixture | string> => {
  const { users } = context.settings
  if (!users) return 'there are no users'
  try {
    const [a, b] = await Promise.all([ownTask(context), context.task('B')])
    return { users, a, b }
  } catch (error) {
    if (!(error instanceof ControlFailed)) throw error
    return context.findings.at(-1)?.observed ?? 'no task could be created'
  }
}

export const forgeriesIn = oncePerRun(async (context) => {
  const { users } = await fixture(context)
  return forgeriesOf(users.a.token, users.b.token, context.settings.target.origin)
})

/** Has others wait for it. Checks of a group begin in one go, so whoever waits finds all of them. */
export const enrol = (context: CheckContext, work: Promise<void>): Promise<void> => {
  sessionOf(context).begun.push(work)
  return work
}

/** Resolves when all that was enrolled is over, however it ended. */
export const others = async (context: CheckContext): Promise<void> => {
  await Promise.resolve()
  await Promise.allSettled(sessionOf(context).begun)
}

/** What the checks of this group have in common. */
export const about = { requirements: ['US2'], record: 'ADR-0010' } as const

/** The same with users, which most of them need. */
export const aboutUsers = { ...about, needs: ['users'] } as const

/** Checks that those that look back wait for. */
export const enrolled = (checks: readonly ActiveCheck[]): ActiveCheck[] =>
  checks.map((check) => ({ ...check, run: (context) => enrol(context, check.run(context)) }))
