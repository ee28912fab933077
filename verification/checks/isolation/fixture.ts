import { type CheckContext, TASKS, type TaskJson } from '../../engine/check-context.ts'
import { type Exchange, summary } from '../../engine/http/exchange.ts'
import { differenceOf } from '../alike.ts'
import { oncePerRun } from '../once-per-run.ts'
import { post, taskIn } from '../tasks.ts'
import { claimsOfAnother } from '../untrusted.ts'

export const about = { requirements: ['US2'], record: 'ADR-0009', needs: ['users'] } as const

/** What the two users own while their isolation is examined. All of it bears one tag, whoever owns it. */
export interface Fixture {
  tag: string
  /** a task of A, and one of B that B never changes */
  a: TaskJson
  b: TaskJson
  /** a task of B that B does change */
  busy: TaskJson
  /** A creates, claiming to be B in every way a body can */
  claimed: Exchange
  /** A tries to create and is refused */
  refused: Exchange
  /** ids of A's under the tag */
  mine: string[]
  /** A's list before `busy` existed, asked for in the name of B in every way that a query and headers can */
  earlier: Exchange
  list: string
}

/** Every name under which some framework keeps an owner, with the values that would make a task B's. */
export const claims = (context: CheckContext, id: string): Record<string, unknown> => {
  const subject = context.settings.users?.b.subject
  const owners = ['user_id', 'userId', 'user', 'owner', 'owner_id', 'ownerId', 'sub', 'created_by']
  return {
    ...Object.fromEntries(owners.map((name) => [name, subject])),
    id,
    created_at: '2001-02-03T04:05:06.000Z',
    updated_at: '2001-02-03T04:05:06.000Z',
    version: 7,
  }
}

/** In this order, so that B's are newer and older than each of A's: a page that forgets its owner shows it. */
export const fixture = oncePerRun(async (context): Promise<Fixture> => {
  const tag = `iso-${context.runId}`
  const list = `${TASKS}?tag=${tag}`
  const a = await context.task('A', { tags: [tag], description: 'of A' })
  // One search finds it by either of its texts.
  const title = context.canary()
  // With a key, as others are made without, and under what elsewhere makes something everybody's: both say nothing.
  const tags = [tag, 'shared', 'team', 'public', 'everyone']
  const members = { title, tags, description: `only ${title} here` }
  const b = await context.task('B', members, [['Idempotency-Key', context.canary()]])
  const claimed = await post(context, 'A', { ...claims(context, b.id), tags: [tag] })
  const refused = await post(context, 'A', { priority: 'not a priority', tags: [tag] })
  const names = new URLSearchParams(claimsOfAnother(context, 'query'))
  const headers = claimsOfAnother(context, 'headers')
  const earlier = await context.send({ path: `${list}&${names}`, as: 'A', headers })
  const due = { tags: [tag], priority: 'low', due_date: '0100-01-01' }
  const busy = await context.task('B', due)
  const { id } = taskIn(claimed)
  const mine = claimed.response?.status === 201 && id ? [a.id, id] : [a.id]
  return { tag, a, b, busy, claimed, refused, mine, earlier, list }
})

/** The answer must be the task of A, untouched by what was claimed. */
export const expectOwned = (
  context: CheckContext,
  exchange: Exchange,
  id: string | undefined,
): void => {
  const [task, subject] = [taskIn(exchange), context.settings.users?.a.subject]
  context.expect(task.user_id === subject, exchange, 'user_id from the token')
  const times = [task.created_at, task.updated_at]
  context.expect(!times.some((it) => !it || /^2001/.test(it)), exchange, 'times by the server')
  context.expect(id === undefined || task.id === id, exchange, 'the id it had')
}

/** Expects the refusal that a missing id gets, to the last header. */
export const expectAlike = (
  context: CheckContext,
  exchange: Exchange,
  missing: Exchange,
): boolean => {
  if (!missing.response || missing.edge)
    return context.expect(false, missing, 'an answer to compare with')
  const difference = exchange.response && differenceOf(exchange.response, missing.response)
  return context.expect(
    exchange.response !== undefined && difference === undefined,
    exchange,
    `exactly what a missing id gets (${summary(missing)})`,
    difference,
  )
}

/** One connection for all users: what is kept by connection or by address must not cross. */
export const CONNECTION = 'isolation'
