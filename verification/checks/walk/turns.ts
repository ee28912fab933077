import type { Draw } from './draws.ts'
import { recordOf } from './model/once.ts'
import type { Known, World } from './model/world.ts'
import type { Query } from './query.ts'
import { otherThan, type Who, type Words, wordsOf } from './scope.ts'
import type { Keyed, Step, Turn } from './steps.ts'

/** Of so many tasks a list has an order, and with a page of one or two more to come. */
const ENOUGH = 2

/**
 * What a draw comes to, given what there is: another task where its user has too few, a list where no link is.
 * What is drawn `at once` is done beside what `other` draws.
 */
export const turnOf = (world: World, sent: readonly Step[], draw: Draw, other: Draw): Turn => {
  const name = `${sent.length + 1}`
  const { by, act, page } = draw
  if (act === 'again') return [repeated(world, sent, draw, name) ?? created(draw, name)]
  const link = [...world.links.keys()].at(-1 - draw.pick)
  const isOfList = act === 'follow' || act === 'list'
  if (isOfList && named(world, by, 'own').length < Math.min(draw.pick, ENOUGH))
    return [created(draw, name)]
  if (act === 'follow' && link) return [followed(world, link, draw, name)]
  if (isOfList)
    return [
      {
        op: 'list',
        by,
        query: queryOf(sent, draw),
        link: name,
        ...(page !== undefined && { page }),
      },
    ]
  const task = aimed(world, draw)
  if (act === 'create' || !task) return [created(draw, name)]
  if (act !== 'at once') return [done(world, act, task, draw, name)]
  return [draw, other].map((it) => {
    const writes = it.act === 'delete' || it.act === 'complete' ? it.act : 'change'
    return done(world, writes, task, { ...it, by, isKeyed: false }, name)
  })
}

const created = ({ by, made, isKeyed }: Draw, name: string): Step => ({
  ...{ op: 'create', by, task: name, words: { title: 'zoo', tags: ['here'], ...made } },
  ...(isKeyed && { key: name }),
})

/** One of the latest tasks that the draw aims at, by what the steps call it. */
const aimed = (world: World, { by, aim, pick }: Draw): string | undefined => {
  if (aim === 'nobody') return 'nobody'
  const [those, own] = [named(world, by, aim), named(world, by, 'own')]
  const from = those.length > 0 ? those : own
  return from.at(-1 - (pick % Math.max(1, from.length)))
}

const named = ({ tasks }: World, by: Who, aim: Draw['aim']): string[] => {
  const fits = ({ owner, isGone }: Known) =>
    aim === 'foreign' ? owner !== by : owner === by && isGone === (aim === 'gone')
  return [...tasks].filter(([, task]) => fits(task)).map(([name]) => name)
}

const queryOf = (sent: readonly Step[], { by, query, isRepeated }: Draw): Query => {
  const last = sent.findLast((step) => step.op === 'list' && step.by === by)
  return isRepeated && last?.op === 'list' ? last.query : query
}

/** The link is its maker's, and another's for whoever borrows it. */
const followed = ({ links }: World, link: string, draw: Draw, name: string): Step => {
  const maker = links.get(link)?.by ?? draw.by
  const by = draw.aim === 'foreign' ? otherThan[maker] : maker
  const perPage = draw.isKeyed && { perPage: draw.query.per_page }
  return { op: 'follow', by, link, next: name, ...perPage }
}

/** What was sent with a key is sent again, best of all after its task has changed; or other things with that key. */
const repeated = (
  { tasks, recorded }: World,
  sent: readonly Step[],
  draw: Draw,
  name: string,
): Step | undefined => {
  const keyed = sent.filter(
    (step): step is Keyed =>
      (step.op === 'create' || step.op === 'complete') &&
      step.key !== undefined &&
      step.by === draw.by,
  )
  const moved = keyed.filter((step) => {
    const task = tasks.get(step.task)
    return task?.isGone || task?.etags.at(-1) !== recorded.get(recordOf(step))?.etag
  })
  const from = moved.length > 0 ? moved : keyed
  const step = from.at(-1 - (draw.pick % Math.max(1, from.length)))
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
  const { by, match, method, body } = draw
  const key = draw.isKeyed && { key: name }
  const condition = match !== undefined && { match }
  switch (op) {
    case 'read':
      return { op, by, task, ...(match !== undefined && { unless: match }) }
    case 'change': {
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
      return { op, by, task, ...(body && { body }), ...condition, ...key }
    }
    case 'delete':
      return { op, by, task, ...condition }
  }
}

/** The words drawn, or for the same members what the task has already. */
const wordsFor = (scope: World['scope'], task: Known | undefined, draw: Draw): Words => {
  if (!draw.isSame || !task) return draw.words
  const present = Object.entries(wordsOf(scope, task.owner, task.json))
  return Object.fromEntries(present.filter(([name]) => name in draw.words))
}
