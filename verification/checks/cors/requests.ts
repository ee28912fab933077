import { type CheckContext, newTask, TASKS } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { from } from '../pages.ts'
import { hostileOrigins } from './hostile-origins.ts'
import type { HostileOrigin } from './hostile-spellings.ts'

/** Something to read: the list of tasks where there is a user, which costs a token, else the health. */
export const reading = ({ settings }: CheckContext): HttpRequest =>
  settings.users ? { path: `${TASKS}?per_page=1`, as: 'A' } : { path: '/health' }

/** What a browser asks before it lets a page send anything but a simple request (Fetch §4.8); of no headers nothing. */
export const preflight = (
  origin: string,
  path: string,
  method = 'POST',
  headers: string | null = 'authorization,content-type',
): HttpRequest => ({
  method: 'OPTIONS',
  path,
  headers: [
    ['Origin', origin],
    ['Access-Control-Request-Method', method],
    ...(headers === null ? [] : [['Access-Control-Request-Headers', headers] as const]),
  ],
})

/** A task that nobody may find later, but that would be cleared up if it came to be. */
export const taskFrom = (context: CheckContext, origin: string, type = 'application/json') => {
  const { title, ...rest } = newTask(context)
  const body = JSON.stringify({ title, ...rest })
  const headers = [['Content-Type', type]] as const
  return { title, request: from(origin, { method: 'POST', path: TASKS, as: 'A', headers, body }) }
}

/**
 * Each hostile origin reads once in a run: most on their own, the last few where another check wants one.
 */
export const hostileShares = ({ settings, runId }: CheckContext) => {
  const all = hostileOrigins(settings.origins, runId, settings.target, settings.environment)
  return {
    alone: all.slice(0, -7),
    asking: all.slice(-7, -5),
    posting: all.slice(-5, -4),
    mixed: all.slice(-4, -2),
    steady: all.slice(-2, -1) as [HostileOrigin],
    between: all.slice(-1),
  }
}
