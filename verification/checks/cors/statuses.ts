import type { Check } from '../../engine/check.ts'
import { MARKER_TAG, TASKS, type TaskJson, type Trial } from '../../engine/check-context.ts'
import { headerOf, type Wanted } from '../../engine/exchange.ts'
import { allowedOrigin, expectGranted, from } from './rules.ts'

/** A page that may not read a refusal cannot tell its user what is wrong, only that something is. */
export const everyStatus: Check = {
  id: 'C-04',
  promise: 'lets pages see every refusal, not only successes',
  severity: 'high',
  requirements: ['FR-004'],
  record: 'ADR-0012',
  fix: 'set the headers before anything can fail, not in the handler: error paths often lose them',
  run: async (trial) => {
    const open: [number, Wanted][] = [
      [401, { path: TASKS }],
      [404, { path: `/vrf-${trial.runId}` }],
      [405, { method: 'PUT', path: TASKS }],
    ]
    const post = { method: 'POST', path: TASKS, as: 'A' } as const
    const type = [['Content-Type', 'application/json']] as const
    const refused: [number, Wanted][] = [
      [400, { ...post, headers: type, body: '{' }],
      [422, { ...post, json: { title: '' } }],
    ]
    const plans = trial.settings.users ? [...open, ...refused] : open
    await Promise.all(plans.map(([status, wanted], turn) => look(trial, status, wanted, turn)))
    if (!trial.settings.users) return
    const json = { title: trial.canary(), tags: [MARKER_TAG] }
    const { answer } = await look(trial, 201, { ...post, json }, 0)
    const { id } = (answer?.json ?? {}) as Partial<TaskJson>
    const etag = headerOf(answer, 'etag')
    if (id === undefined || etag === undefined) return
    const headers = [['If-None-Match', etag]] as const
    await look(trial, 304, { path: `${TASKS}/${id}`, as: 'A', headers }, 1)
  },
}

/** Other checks judge the status; here another one only means that this one was not seen. */
const look = async (trial: Trial, status: number, wanted: Wanted, turn: number) => {
  const origin = allowedOrigin(trial, turn)
  const exchange = await trial.send(from(origin, wanted))
  trial.prefer(exchange.answer?.status === status, exchange, `a ${status} to look at`)
  expectGranted(trial, exchange, origin)
  return exchange
}
