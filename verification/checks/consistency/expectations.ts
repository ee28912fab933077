import { isDeepStrictEqual } from 'node:util'
import type { CheckContext } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { differing, etagIn, taskIn } from '../tasks.ts'
export const about = {
  requirements: ['FR-003', 'FR-007'],
  record: 'ADR-0016',
  needs: ['users'],
} as const

/** Expects a task that is like another but for the named members. */
export const expectLike = (
  context: CheckContext,
  seen: Exchange,
  of: Exchange,
  but: readonly string[] = [],
) => {
  if (!context.expectStatus(seen, 200)) return
  const changed = differing(taskIn(of), taskIn(seen)).filter((name) => !but.includes(name))
  const expected = but.length === 0 ? 'the same task' : `the same task but for ${but}`
  context.expect(changed.length === 0, seen, expected, `differs in ${changed}`)
}

/** Expects a task to hold what it was changed to. */
export const expectChanged = (
  context: CheckContext,
  seen: Exchange,
  change: Readonly<Record<string, unknown>>,
): void => {
  const now = taskIn(seen) as Record<string, unknown>
  const lost = Object.keys(change).filter((name) => !isDeepStrictEqual(now[name], change[name]))
  context.expect(lost.length === 0, seen, `${Object.keys(change)} as sent`, `not: ${lost}`)
}

export const expectTag = (
  context: CheckContext,
  seen: Exchange,
  tag: string,
  same = true,
): void => {
  const expected = same ? `ETag still ${tag}` : `ETag no longer ${tag}`
  context.expect((etagIn(seen) === tag) === same, seen, expected, `ETag ${etagIn(seen)}`)
}

export const at = (time: string | undefined): number => Date.parse(time ?? '')

/** Whether an answer says that it was given before. */
export const replays = ({ response }: Exchange): boolean =>
  headerOf(response, 'idempotency-replayed') === 'true'

/** How long a retry waits for the first (contract §3), but for what clocks and runtimes count otherwise. */
const WAITED_MS = 1_500

/** Whoever had to wait for the first request of a key too long is told so, and has waited. */
export const expectInUse = (context: CheckContext, late: Exchange): void => {
  context.expectProblem(late, 'idempotency_key_in_use')
  const hasWaited = late.ms >= WAITED_MS
  context.expect(hasWaited, late, '409 after a wait of 2 s', `after ${Math.round(late.ms)} ms`)
}

/** Expects an answer to be the same as another in all that an answer says of a task. */
export const expectSame = (context: CheckContext, again: Exchange, first: Exchange): void => {
  context.expect(again.response?.status === first.response?.status, again, 'the first status again')
  const changed = differing(taskIn(first), taskIn(again))
  context.expect(changed.length === 0, again, 'the first body again', `differs in ${changed}`)
  for (const name of ['etag', 'location']) {
    const [then, now] = [headerOf(first.response, name), headerOf(again.response, name)]
    context.expect(then === now, again, `${name}: ${then}`, `${name}: ${now}`)
  }
}
