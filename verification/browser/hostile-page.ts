import { type CheckContext, MARKER_TAG, TASKS } from '../engine/check-context.ts'
import type { Observe } from './observations.ts'
import type { Actor, Seen } from './pages.ts'

/** What was tried to be created, by whom. */
export interface Attempt {
  origin: string
  title: string
}

/**
 * What a page tries that may not do anything, even with a good token: to read, to write, and to write in the
 * ways for which browsers do not ask first. Returns what must not exist afterwards.
 */
export const watchHostile = async (
  actor: Actor,
  context: CheckContext,
  observe: Observe,
): Promise<Attempt[]> => {
  const { target, users } = context.settings
  const { origin } = actor
  const at = (path: string) => new URL(path, target).href
  const headers: Record<string, string> = users ? { Authorization: `Bearer ${users.a.token}` } : {}
  const keptOut = async (what: string, asked: Promise<Seen | undefined>) => {
    const seen = await asked
    observe({
      verdict: seen ? 'FAIL' : 'PASS',
      origin,
      what,
      ...(seen && { observed: `the page sees status ${seen.status}` }),
    })
  }
  await keptOut('does not read /health', actor.fetch(at('/health')))
  await keptOut('does not read a refusal', actor.fetch(at(TASKS)))
  if (users) await keptOut('does not read tasks', actor.fetch(at(TASKS), { headers }))

  const attempts: Attempt[] = []
  const task = (): string => {
    const title = context.canary()
    attempts.push({ origin, title })
    return JSON.stringify({ title, tags: [MARKER_TAG] })
  }
  const json = { ...headers, 'Content-Type': 'application/json' }
  const post = { method: 'POST', headers: json, body: task() }
  await keptOut('does not create', actor.fetch(at(TASKS), post))
  const simple = { 'Content-Type': 'text/plain' }
  const form = { method: 'POST', mode: 'no-cors', headers: simple, body: task() } as const
  await actor.fetch(at(TASKS), form)
  return attempts
}

/** Looks as the owner, from outside of any browser. */
export const watchTraces = async (
  attempts: readonly Attempt[],
  context: CheckContext,
  observe: Observe,
): Promise<void> => {
  if (!context.settings.users || attempts.length === 0) return
  const list = await context.send({ path: `${TASKS}?tag=${MARKER_TAG}&per_page=100`, as: 'A' })
  for (const origin of new Set(attempts.map((attempt) => attempt.origin))) {
    const what = 'has created nothing, says the owner'
    if (list.response?.status !== 200) {
      observe({ verdict: 'UNTESTED', origin, what, observed: 'the owner cannot list tasks' })
      continue
    }
    const created = attempts.some(
      (attempt) => attempt.origin === origin && list.response?.text.includes(attempt.title),
    )
    observe({
      verdict: created ? 'FAIL' : 'PASS',
      origin,
      what,
      ...(created && { observed: 'there is a task' }),
    })
  }
}
