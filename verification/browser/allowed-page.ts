import { type CheckContext, MARKER_TAG, TASKS } from '../engine/check-context.ts'
import type { Observe } from './observations.ts'
import type { Actor, Ask, Seen } from './pages.ts'

/** What a page of an allowed origin does all day: every method, every header, every kind of answer. */
export const watchAllowed = async (
  actor: Actor,
  context: CheckContext,
  observe: Observe,
): Promise<void> => {
  const { target, users } = context.settings
  const { origin } = actor
  const at = (path: string) => new URL(path, target).href
  const tell = (what: string, holds: boolean, observed: string) =>
    observe({ verdict: holds ? 'PASS' : 'FAIL', origin, what, ...(!holds && { observed }) })

  /** Sends, and tells whether the script sees this status and these headers. */
  const see = async (what: string, path: string, ask: Ask, status: number, ...names: string[]) => {
    const seen = await actor.fetch(at(path), ask)
    const missing = names.filter((name) => seen?.headers[name.toLowerCase()] === undefined)
    const observed = !seen
      ? `the browser kept it from the page: ${actor.complaint()}`
      : seen.status !== status
        ? `status ${seen.status}`
        : `cannot see ${missing.join(', ')}`
    tell(what, seen?.status === status && missing.length === 0, observed)
    return seen
  }

  await see('reads /health', '/health', {}, 200, 'X-Request-Id')
  await see('sees why it is refused', TASKS, {}, 401, 'X-Request-Id')
  await see('sees that nothing is there', `/vrf-${context.runId}`, {}, 404, 'X-Request-Id')
  if (!users) return
  const own = { Authorization: `Bearer ${users.a.token}` }
  const json = { ...own, 'Content-Type': 'application/json' }
  await see('reads tasks', TASKS, { headers: own }, 200, 'X-Request-Id')
  await see('reads with credentials', TASKS, { headers: own, credentials: 'include' }, 200)

  const body = JSON.stringify({ title: context.canary(), tags: [MARKER_TAG] })
  const key = { ...json, 'Idempotency-Key': context.canary(), 'X-Request-Id': context.canary() }
  const post = { method: 'POST', headers: key, body }
  const made = await see('creates', TASKS, post, 201, 'ETag', 'Location', 'X-Request-Id')
  const { id } = jsonOf(made)
  if (typeof id !== 'string') return
  await see('sees that it was replayed', TASKS, post, 201, 'ETag', 'Idempotency-Replayed')

  const path = `${TASKS}/${id}`
  let etag = made?.headers.etag ?? '*'
  const change = async (method: string, where: string, members: object, more: object = {}) => {
    const headers = { ...json, 'If-Match': etag, ...more }
    const ask = { method, headers, body: JSON.stringify(members) }
    const seen = await see(
      `changes with ${method} ${where.slice(path.length)}`.trim(),
      where,
      ask,
      200,
      'ETag',
    )
    etag = seen?.headers.etag ?? etag
  }
  await change('PATCH', path, { priority: 'high' })
  await change('PUT', path, { priority: 'low' })
  const once = { 'Idempotency-Key': context.canary() }
  await change('PATCH', `${path}/complete`, { completed: true }, once)
  const same = { headers: { ...own, 'If-None-Match': etag } }
  await see('sees that nothing has changed', path, same, 304, 'ETag')
  await see('asks with HEAD', path, { method: 'HEAD', headers: own }, 200, 'ETag')
  const stale = { ...json, 'If-Match': '"vrf"' }
  const patch = { method: 'PATCH', headers: stale, body: '{"priority":"medium"}' }
  await see('sees a lost precondition', path, patch, 412)
  const remove = { method: 'DELETE', headers: { ...own, 'If-Match': etag } }
  await see('deletes', path, remove, 204)
}

const jsonOf = (seen: Seen | undefined): { id?: unknown } => {
  try {
    return JSON.parse(seen?.text ?? '') ?? {}
  } catch {
    return {}
  }
}
