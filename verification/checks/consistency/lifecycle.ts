import { type CheckContext, MARKER_TAG, TASKS } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { filled, TITLE_MAX } from '../members.ts'
import { oncePerRun } from '../once-per-run.ts'
import { inChunks } from '../shapes.ts'
import { etagIn, neverIssued, post, taskIn } from '../tasks.ts'
import { replays } from './expectations.ts'

/**
 * The life of one task of A, in stages that follow each other: each stage is sent once, and every check of
 * the group judges its part of it. A check that finds a stage spoilt says so; the next stage goes on.
 */
type Headers = readonly (readonly [string, string])[]

const patch = (context: CheckContext, id: string, json: unknown, headers: Headers = []) =>
  context.send({ method: 'PATCH', path: `${TASKS}/${id}`, as: 'A', json, headers })

/** As long as a title may be, of four bytes each: what is kept of less shows when it is told again. */
const longTitle = (context: CheckContext, end: string): string =>
  filled(context.canary(), TITLE_MAX - end.length) + end

export const creation = oncePerRun(async (context) => {
  const created = await post(context, 'A', {
    title: longTitle(context, 'a'),
    description: 'as it was created',
    priority: 'low',
    due_date: '2030-02-28',
    tags: [' Two ', 'TWO', 'three'],
  })
  const { id } = taskIn(created)
  context.control(created.response?.status === 201 && id !== undefined, created, 'A can create')
  return { created, id: id as string, etag: etagIn(created) }
})

/** Tags of other states, some of them the present one's to whoever reads numbers or beginnings. */
const unlike = (etag: string): string => {
  const text = etag.replaceAll(/^W\/|"/g, '')
  return ['other', `0${text}`, `${text}.0`, `${text}e0`].map((tag) => `"${tag}"`).join(', ')
}

/** Where Location leads, every read over a connection of its own: any replica may be the one that answers. */
export const readings = oncePerRun(async (context) => {
  const { created, id, etag } = await creation(context)
  const path = `${TASKS}/${id}`
  const location = headerOf(created.response, 'location') ?? ''
  const base = new URL(TASKS, context.settings.target).href
  const there = URL.canParse(location, base) ? new URL(location, base).pathname : undefined
  const read = (to: string, headers: Headers = []) =>
    context.send({ path: to, as: 'A', fresh: true, headers })
  const listed = await context.send({ path: `${TASKS}?per_page=100`, as: 'A', fresh: true })
  const [located, current, among, other] = await Promise.all([
    there === undefined ? undefined : read(there),
    read(path, [['If-None-Match', etag]]),
    read(path, [
      ['If-None-Match', '"other"'],
      ['If-None-Match', `"another", W/${etag.replace(/^W\//, '')}`],
    ]),
    read(path, [['If-None-Match', unlike(etag)]]),
  ])
  return { listed, located, current, among, other }
})

export const change = oncePerRun(async (context) => {
  await readings(context)
  const { id, etag } = await creation(context)
  // Another text by the case of one letter alone.
  const title = `${taskIn((await creation(context)).created).title}`.replace(/a$/, 'A')
  const path = `${TASKS}/${id}`
  const changed = await context.send(inChunks({ method: 'PATCH', path, as: 'A', json: { title } }))
  const before: [string, string] = ['If-None-Match', etag]
  const seen = await context.send({ path, as: 'A', fresh: true, headers: [before] })
  const foreign = await Promise.all([
    context.send({ path, as: 'B' }),
    context.send({ method: 'PUT', path, as: 'B', json: { title } }),
  ])
  return { title, changed, seen, foreign }
})

/** What is written side by side, and what all of it has become. */
export const members = {
  description: `${'written by one, \u{1f600} '.repeat(110)}to its end`,
  priority: 'high',
  due_date: '2031-12-31',
} as const

export const parallelChanges = oncePerRun(async (context) => {
  await change(context)
  const { id } = await creation(context)
  const path = `${TASKS}/${id}/complete`
  const toggle = () => context.send({ method: 'PATCH', path, as: 'A' })
  const parts = await Promise.all([
    ...[toggle(), toggle()],
    ...Object.entries(members).map(([name, value]) => patch(context, id, { [name]: value })),
  ])
  // Without its mark for as long as the last stages take, and still under its own id.
  const json = { tags: [], completed: false, id: neverIssued() }
  const whole = await patch(context, id, json, [['If-Match', '*']])
  return { toggles: parts.slice(0, 2), parts, whole }
})

/** Every member at once, with as many tags as may be. */
const everyMember = {
  ...{ description: null, due_date: null, completed: true, priority: 'medium' },
  tags: [MARKER_TAG, ...Array.from({ length: 19 }, (_, index) => `tag ${index}`)],
}

/** Two who both read the same state, and two who could not name it. */
export const race = oncePerRun(async (context) => {
  const { whole } = await parallelChanges(context)
  const { id } = await creation(context)
  const match: Headers = [['If-Match', etagIn(whole)]]
  const runners = await Promise.all(
    ['one', 'other'].map((end) =>
      context.send(
        inChunks({
          ...{ method: 'PUT', path: `${TASKS}/${id}`, as: 'A', headers: match },
          json: { ...everyMember, title: longTitle(context, end) },
        }),
      ),
    ),
  )
  const winner = runners.find(({ response }) => response?.status === 200) ?? whole
  const now = etagIn(winner)
  // A server may take it for the tag itself (contract §3), so it asks for nothing that is not so already.
  const weak: Headers = [['If-Match', `W/${now.replace(/^W\//, '')}`]]
  const weakly = await patch(context, id, { title: taskIn(winner).title }, weak)
  const bare = now.replaceAll(/^W\/|"/g, '')
  // No list of tags, though the present one stands in it.
  const malformed: Headers = [['If-Match', `${bare} ${now}`]]
  const misread = await patch(context, id, { priority: 'low' }, malformed)
  return { runners, winner, weakly, misread }
})

/**
 * Toggled with no body by two at once under one key, by an object without the member, and set to what it is beside members
 * that have no say; at last toggled while it is deleted as it was before that, if need be once more as it is. Each shows what
 * became of the one before.
 */
export const ending = oncePerRun(async (context) => {
  const { winner } = await race(context)
  const { id } = await creation(context)
  const path = `${TASKS}/${id}`
  const complete = (request: { json?: unknown; headers?: Headers }): Promise<Exchange> =>
    context.send({ method: 'PATCH', path: `${path}/complete`, as: 'A', ...request })
  const once = { headers: [['Idempotency-Key', context.canary()]] } as const
  const both = await Promise.all([complete(once), complete(once)])
  const isOwn = (it: Exchange) => it.response?.status === 200 && !replays(it)
  const back = both.find(isOwn) ?? both[0]
  const replayed = both.find((it) => it !== back) ?? both[1]
  const toggled = await complete({ json: {} })
  const set = await complete({ json: { completed: true, title: 'no', priority: 'low', tags: [] } })
  const remove = (tag: string) =>
    context.send({ method: 'DELETE', path, as: 'A', headers: [['If-Match', tag]] })
  const [first, late] = await Promise.all([remove(etagIn(set)), complete({})])
  const overtaken = first.response?.status === 412
  const deleted = overtaken ? await remove('*') : first
  const [headed, gone, keyed] = await Promise.all([
    context.send({ method: 'HEAD', path, as: 'A' }),
    context.send({ path, as: 'A', headers: [['If-None-Match', etagIn(set)]] }),
    complete({ headers: [['Idempotency-Key', context.canary()]] }),
  ])
  return { winner, set, toggled, back, replayed, overtaken, deleted, late, headed, gone, keyed }
})
