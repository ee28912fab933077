import type { Draw } from './draws.ts'
import { otherThan, type Words, wordsOf } from './scope.ts'
import type { Step, StepOf, Turn } from './steps.ts'
import type { Known, World } from './world.ts'

/**
 * What a draw comes to, given what there is: a first task where its user has none, a list where no link is. What
 * is drawn `at once` is done beside what `other` draws.
 */
export const turnOf = (world: World, sent: readonly Step[], draw: Draw, other: Draw): Turn => {
  const name = `${sent.length + 1}`
  const { by, act, query, page } = draw
  if (act === 'again') return [repeated(sent, draw, name) ?? created(draw, name)]
  const link = [...world.links.keys()].at(-1 - draw.pick)
  if (act === 'follow' && link) return [followed(world, link, draw, name)]
  if (act === 'list' || act === 'follow')
    return [{ op: 'list', by, query, link: name, ...(page !== undefined && { page }) }]
  const task = aimed(world, draw)
  if (act === 'create' || !task) return [created(draw, name)]
  if (act !== 'at once') return [done(world, act, task, draw, name)]
  return [draw, other].map((it) => {
    const writes = it.act === 'delete' || it.act === 'complete' ? it.act : 'change'
    return done(world, writes, task, { ...it, by, keyed: false }, name)
  })
}

const created = ({ by, made, keyed }: Draw, name: string): Step => ({
  ...{ op: 'create', by, task: name, words: { title: 'zoo', tags: ['here'], ...made } },
  ...(keyed && { key: name }),
})

/** One of the latest tasks that the draw aims at, by what the steps call it. */
const aimed = ({ tasks }: World, { by, aim, pick }: Draw): string | undefined => {
  const fits = ({ owner, isGone }: Known, to: Draw['aim']) =>
    to === 'foreign' ? owner !== by : owner === by && isGone === (to === 'gone')
  const named = (to: Draw['aim']) =>
    [...tasks].filter(([, task]) => fits(task, to)).map(([name]) => name)
  if (aim === 'nobody') return 'nobody'
  const [those, own] = [named(aim), named('own')]
  const from = those.length > 0 ? those : own
  return from.at(-1 - (pick % Math.max(1, from.length)))
}

/** The link is its maker's, and another's for whoever borrows it. */
const followed = ({ links }: World, link: string, draw: Draw, name: string): Step => {
  const maker = links.get(link)?.by ?? draw.by
  const by = draw.aim === 'foreign' ? otherThan[maker] : maker
  const perPage = draw.keyed && { perPage: draw.query.per_page }
  return { op: 'follow', by, link, next: name, ...perPage }
}

/** What was sent with a key is sent again, or something else with the same key. */
const repeated = (sent: readonly Step[], draw: Draw, name: string): Step | undefined => {
  const keyed = sent.filter(
    (step): step is StepOf<'create' | 'complete'> =>
      (step.op === 'create' || step.op === 'complete') &&
      step.key !== undefined &&
      step.by === draw.by,
  )
  const step = keyed.at(-1 - (draw.pick % Math.max(1, keyed.length)))
  if (!step || !draw.isSame) return step
  return step.op === 'create'
    ? { ...step, task: name, words: { ...step.words, description: 'another' } }
    : { ...step, body: { completed: step.body?.completed !== true } }
}

const done = (
  { scope, tasks }: World,
  op: 'read' | 'change' | 'complete' | 'delete',
  task: string,
  draw: Draw,
  name: string,
): Step => {
  const { by, match, put } = draw
  const key = draw.keyed && { key: name }
  const condition = match !== undefined && { match }
  switch (op) {
    case 'read':
      return { op, by, task, ...(match !== undefined && { unless: match }) }
    case 'change': {
      const method = put ? 'PUT' : 'PATCH'
      return {
        op,
        by,
        task,
        method,
        words: wordsFor(scope, tasks.get(task), draw),
        ...condition,
        ...key,
      }
    }
    case 'complete': {
      const body = bodies[draw.set]
      return { op, by, task, ...(body && { body }), ...condition, ...key }
    }
    case 'delete':
      return { op, by, task, ...condition }
  }
}

const bodies = {
  on: { completed: true },
  off: { completed: false },
  toggle: undefined,
  'toggle by {}': {},
} as const

/** The words drawn, or for the same members what the task has already. */
const wordsFor = (scope: World['scope'], task: Known | undefined, draw: Draw): Words => {
  if (!draw.isSame || !task) return draw.words
  const present = Object.entries(wordsOf(scope, task.owner, task.json))
  return Object.fromEntries(present.filter(([name]) => name in draw.words))
}
