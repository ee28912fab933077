import { MARKER_TAG, TASKS, type Trial } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { headerOf } from '../../engine/exchange.ts'
import { etagIn, perRun, post, taskIn } from '../tasks.ts'

/**
 * The life of one task of A, in stages that follow each other: each stage is sent once, and every check of
 * the group judges its part of it. A check that finds a stage spoilt says so; the next stage goes on.
 */
type Headers = readonly (readonly [string, string])[]

const patch = (trial: Trial, id: string, json: unknown, headers: Headers = []) =>
  trial.send({ method: 'PATCH', path: `${TASKS}/${id}`, as: 'A', json, headers })

export const birth = perRun(async (trial) => {
  const created = await post(trial, 'A', {
    description: 'as it was created',
    priority: 'low',
    due_date: '2030-02-28',
    tags: [' Two ', 'TWO', 'three'],
  })
  const { id } = taskIn(created)
  trial.control(created.answer?.status === 201 && id !== undefined, created, 'A can create')
  return { created, id: id as string, etag: etagIn(created) }
})

/** Where Location leads, every read over a connection of its own: any replica may be the one that answers. */
export const reading = perRun(async (trial) => {
  const { created, id, etag } = await birth(trial)
  const path = `${TASKS}/${id}`
  const location = headerOf(created.answer, 'location') ?? ''
  const base = new URL(TASKS, trial.settings.target).href
  const there = URL.canParse(location, base) ? new URL(location, base).pathname : undefined
  const read = (to: string, headers: Headers = []) =>
    trial.send({ path: to, as: 'A', fresh: true, headers })
  const listed = await trial.send({ path: `${TASKS}?per_page=100`, as: 'A', fresh: true })
  const [located, current, among, other] = await Promise.all([
    there === undefined ? undefined : read(there),
    read(path, [['If-None-Match', etag]]),
    read(path, [['If-None-Match', `"other", W/${etag.replace(/^W\//, '')}`]]),
    read(path, [['If-None-Match', '"other"']]),
  ])
  return { listed, located, current, among, other }
})

export const changing = perRun(async (trial) => {
  await reading(trial)
  const { id, etag } = await birth(trial)
  const title = trial.canary()
  const changed = await patch(trial, id, { title })
  const unlike: [string, string] = ['If-None-Match', etag]
  const seen = await trial.send({ path: `${TASKS}/${id}`, as: 'A', fresh: true, headers: [unlike] })
  const same = await trial.send({
    method: 'PUT',
    path: `${TASKS}/${id}`,
    as: 'A',
    json: { title },
  })
  return { title, changed, seen, same }
})

/** What is written side by side, and what all of it has become. */
export const members = {
  description: 'written by one',
  priority: 'high',
  due_date: '2031-12-31',
} as const

export const together = perRun(async (trial) => {
  await changing(trial)
  const { id } = await birth(trial)
  const parts = await Promise.all(
    Object.entries(members).map(([name, value]) => patch(trial, id, { [name]: value })),
  )
  const json = { tags: [MARKER_TAG, 'four'], completed: true }
  const whole = await patch(trial, id, json, [['If-Match', '*']])
  return { parts, whole }
})

/** Two who both read the same state, and two who could not name it. */
export const race = perRun(async (trial) => {
  const { whole } = await together(trial)
  const { id } = await birth(trial)
  const match: Headers = [['If-Match', etagIn(whole)]]
  const runners = await Promise.all(
    [trial.canary(), trial.canary()].map((title) => patch(trial, id, { title }, match)),
  )
  const winner = runners.find(({ answer }) => answer?.status === 200) ?? whole
  const now = etagIn(winner)
  const path = `${TASKS}/${id}`
  const weak: Headers = [['If-Match', `W/${now.replace(/^W\//, '')}`]]
  const weakly = await trial.send({ method: 'DELETE', path, as: 'A', headers: weak })
  const bare = now.replaceAll(/^W\/|"/g, '')
  const unquoted = await patch(trial, id, { priority: 'low' }, [['If-Match', bare]])
  return { runners, winner, weakly, unquoted }
})

/** Set to what it is already, toggled with no body, toggled with a key, replayed; and at last deleted. */
export const end = perRun(async (trial) => {
  const { winner } = await race(trial)
  const { id } = await birth(trial)
  const complete = (wanted: { json?: unknown; headers?: Headers }): Promise<Exchange> =>
    trial.send({ method: 'PATCH', path: `${TASKS}/${id}/complete`, as: 'A', ...wanted })
  const once = { json: {}, headers: [['Idempotency-Key', trial.canary()]] } as const
  const set = await complete({ json: { completed: true } })
  const toggled = await complete({})
  const back = await complete(once)
  const replayed = await complete(once)
  const headers: Headers = [['If-Match', etagIn(back)]]
  const path = `${TASKS}/${id}`
  const deleted = await trial.send({ method: 'DELETE', path, as: 'A', headers })
  return { winner, set, toggled, back, replayed, deleted }
})
