import {
  type CheckContext,
  ControlFailed,
  problemIn,
  summary,
  TASKS,
  type TaskJson,
} from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/exchange.ts'
import type { User } from '../../engine/users.ts'
import { type Forgery, forgeriesOf } from '../../tokens/forgeries.ts'

/** What the checks of this group share within one run. */
export interface Session {
  fit?: Promise<string | undefined>
  ground?: Promise<Ground | string>
  forgeries?: Promise<readonly Forgery[]>
  /** checks that others wait for */
  begun: Promise<void>[]
  /** every 401 that was asked for */
  refused: Exchange[]
  /** those of them that a bad signature was the reason for */
  forged: Exchange[]
}

/** What every check with users stands on: tokens that are good, and a task of each user. */
export interface Ground {
  users: { a: User; b: User }
  a: TaskJson
  b: TaskJson
}

const sessions = new WeakMap<object, Session>()

/** One for each run: the settings are its own. */
export const sessionOf = ({ settings }: CheckContext): Session => {
  const session = sessions.get(settings) ?? { begun: [], refused: [], forged: [] }
  sessions.set(settings, session)
  return session
}

/**
 * Why nothing can be said about users: the target does not take their tokens, because they are not made for it
 * or because it takes none at all. Undefined where all is well. Asked once in a run.
 */
export const tokensFit = (context: CheckContext): Promise<string | undefined> => {
  const session = sessionOf(context)
  session.fit ??= askWithBoth(context)
  return session.fit
}

const askWithBoth = async (context: CheckContext): Promise<string | undefined> => {
  if (!context.settings.users) return undefined
  const [a, b] = await Promise.all(
    (['A', 'B'] as const).map((as) => context.send({ path: `${TASKS}?per_page=1`, as })),
  )
  return (a && misfit(a)) ?? (b && misfit(b))
}

const misfit = (exchange: Exchange): string | undefined => {
  const { response, edge, as } = exchange
  if (response?.status === 200 && !edge) return undefined
  const { code } = problemIn(response)
  if (code === 'token_expired')
    return `the token of user ${as} has expired for the target: the clock of one of us is wrong`
  if (response?.status === 401)
    return `the token of user ${as} was refused (${summary(exchange)}): the secret, the tokens, AUTH_ISSUER or AUTH_AUDIENCE do not match the target`
  // Whatever else is wrong is for the checks to tell: it need not be the tokens.
  return undefined
}

/** The ground for a check with users. Where there is none, it ends as INCONCLUSIVE with the one reason for all. */
export const ready = async (context: CheckContext): Promise<Ground> => {
  const session = sessionOf(context)
  session.ground ??= prepare(context)
  const ground = await session.ground
  if (typeof ground !== 'string') return ground
  if (context.findings.length === 0)
    context.findings.push({
      verdict: 'INCONCLUSIVE',
      expected: 'control: both users are let in',
      observed: ground,
    })
  throw new ControlFailed()
}

const prepare = async (context: CheckContext): Promise<Ground | string> => {
  const { users } = context.settings
  const reason = users ? await tokensFit(context) : 'there are no users'
  if (reason || !users) return reason ?? 'there are no users'
  try {
    const [a, b] = await Promise.all([context.task('A'), context.task('B')])
    return { users, a, b }
  } catch (error) {
    if (!(error instanceof ControlFailed)) throw error
    return context.findings.at(-1)?.observed ?? 'no task could be created'
  }
}

export const forgeriesIn = async (context: CheckContext): Promise<readonly Forgery[]> => {
  const { users } = await ready(context)
  const session = sessionOf(context)
  session.forgeries ??= forgeriesOf(users.a.token, users.b.token)
  return session.forgeries
}

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
