import type { Check } from '../../engine/check.ts'
import { type CheckContext, newTask, TASKS } from '../../engine/check-context.ts'
import { type HttpRequest, headerOf } from '../../engine/http/exchange.ts'
import { taskIn } from '../tasks.ts'
import { expectGranted } from './expectations.ts'
import { allowedOrigin, from } from './requests.ts'

/** A page that may not read a refusal cannot tell its user what is wrong, only that something is. */
export const everyStatus: Check = {
  id: 'C-04',
  promise: 'lets pages see every refusal, not only successes',
  severity: 'high',
  requirements: ['FR-004'],
  record: 'ADR-0012',
  fix: 'set the headers before anything can fail, not in the handler: error paths often lose them',
  run: async (context) => {
    const open: [number, HttpRequest][] = [
      [401, { path: TASKS }],
      [404, { path: `/vrf-${context.runId}` }],
      [405, { method: 'PUT', path: TASKS }],
    ]
    const post = { method: 'POST', path: TASKS, as: 'A' } as const
    const type = [['Content-Type', 'application/json']] as const
    const refused: [number, HttpRequest][] = [
      [400, { ...post, headers: type, body: '{' }],
      [422, { ...post, json: { title: '' } }],
    ]
    const plans = context.settings.users ? [...open, ...refused] : open
    await Promise.all(plans.map(([status, request], turn) => look(context, status, request, turn)))
    if (!context.settings.users) return
    const created = await look(context, 201, { ...post, json: newTask(context) }, 0)
    const { id } = taskIn(created)
    const etag = headerOf(created.response, 'etag')
    if (id === undefined || etag === undefined) return
    const headers = [['If-None-Match', etag]] as const
    await look(context, 304, { path: `${TASKS}/${id}`, as: 'A', headers }, 1)
  },
}

/** Other checks judge the status; here another one only means that this one was not seen. */
const look = async (context: CheckContext, status: number, request: HttpRequest, turn: number) => {
  const origin = allowedOrigin(context, turn)
  const exchange = await context.send(from(origin, request))
  context.prefer(exchange.response?.status === status, exchange, `a ${status} to look at`)
  expectGranted(context, exchange, origin)
  return exchange
}
