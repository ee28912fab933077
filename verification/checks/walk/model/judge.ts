import { isDeepStrictEqual } from 'node:util'
import type { TaskJson } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { taskIn } from '../../tasks.ts'
import { bodyOf, kept, type Words } from '../scope.ts'
import type { Step, StepOf } from '../steps.ts'
import {
  etagOf,
  type Flaw,
  unless,
  unlessEqual,
  unlessEtag,
  unlessProblem,
  unlessReplay,
  unlessStatus,
} from './flaw.ts'
import { once } from './once.ts'
import { judgeFollow, judgeList } from './pages.ts'
import type { Known, World } from './world.ts'

/**
 * Whether an answer is one that the contract allows after all that was answered before. The world then holds
 * what has to be there next; what the contract leaves to the server (ids, entity tags, times) is as answered.
 */
export const judge = (world: World, step: Step, exchange: Exchange): Flaw | undefined => {
  switch (step.op) {
    case 'list':
      return judgeList(world, step, exchange)
    case 'follow':
      return judgeFollow(world, step, exchange)
    case 'create':
      return once(world, step, exchange, () => judgeCreate(world, step, exchange))
    case 'complete':
      return once(world, step, exchange, () =>
        judgeOwn(world, step, exchange, (task) => {
          const completed = step.body?.completed ?? !task.json.completed
          return judgeState(task, { completed }, exchange)
        }),
      )
    case 'change':
      return judgeOwn(world, step, exchange, (task) =>
        judgeState(task, kept(bodyOf(world.scope, step.by, step.words)), exchange),
      )
    case 'read':
      return judgeOwn(world, step, exchange, (task) =>
        isCurrent(task, valueSent(exchange, 'If-None-Match') ?? 'none')
          ? (unlessStatus(exchange, 304) ?? unlessEtag(exchange, currentTag(task)))
          : judgeState(task, {}, exchange),
      )
    case 'delete':
      return judgeOwn(world, step, exchange, (task) => {
        task.isGone = true
        return unlessStatus(exchange, 204)
      })
  }
}

const judgeCreate = (
  { scope, tasks }: World,
  { by: owner, task, words }: StepOf<'create'>,
  exchange: Exchange,
): Flaw | undefined => {
  const { id = '', created_at = '', updated_at = '' } = taskIn(exchange)
  const json: TaskJson = {
    ...{ id, user_id: scope.subjects[owner], title: '', description: null },
    ...{ completed: false, priority: 'medium', due_date: null, tags: [] },
    ...kept(bodyOf(scope, owner, words)),
    ...{ created_at, updated_at },
  }
  const isNew = [...tasks.values()].every((other) => other.json.id !== id)
  const etag = etagOf(exchange)
  tasks.set(task, { name: `T${tasks.size + 1}`, owner, isGone: false, json, etags: [etag] })
  return (
    unlessStatus(exchange, 201) ??
    unlessEqual(exchange.response?.json, json) ??
    unless(isNew, 'an id of its own', `the id of another task, ${id}`) ??
    unless(etag !== '', 'an ETag', 'none') ??
    unlessReplay(exchange, false)
  )
}

/** Missing, deleted and foreign tasks are one, and told before any precondition. */
const judgeOwn = (
  { tasks }: World,
  step: Extract<Step, { task: string }>,
  exchange: Exchange,
  judgeTask: (task: Known) => Flaw | undefined,
): Flaw | undefined => {
  const task = tasks.get(step.task)
  if (!task || task.owner !== step.by || task.isGone)
    return unlessProblem(exchange, 'task_not_found')
  return isCurrent(task, valueSent(exchange, 'If-Match') ?? '*')
    ? judgeTask(task)
    : unlessProblem(exchange, 'precondition_failed')
}

/** As it was sent: beside another request it need not be of the state that is there by then. */
const valueSent = ({ request }: Exchange, header: string): string | undefined =>
  request.headers?.find(([name]) => name === header)?.[1]

const currentTag = ({ etags }: Known): string => etags.at(-1) ?? ''
const isCurrent = (task: Known, tag: string): boolean => tag === '*' || tag === currentTag(task)

/** The task with these members: where they are new, at a later time and under a tag that it never had. */
const judgeState = (task: Known, members: Words, exchange: Exchange): Flaw | undefined => {
  const { json: before, etags } = task
  const now = { ...before, ...members }
  if (isDeepStrictEqual(now, before))
    return (
      unlessStatus(exchange, 200) ??
      unlessEqual(exchange.response?.json, before) ??
      unlessEtag(exchange, currentTag(task)) ??
      unlessReplay(exchange, false)
    )
  const { updated_at = '' } = taskIn(exchange)
  const etag = etagOf(exchange)
  task.json = { ...now, updated_at }
  task.etags = [...etags, etag]
  return (
    unlessStatus(exchange, 200) ??
    unlessEqual(exchange.response?.json, task.json) ??
    unless(updated_at > before.updated_at, `updated_at after ${before.updated_at}`, updated_at) ??
    unless(
      etag !== '' && !etags.includes(etag),
      'an ETag that the task never had',
      `ETag ${etag}`,
    ) ??
    unlessReplay(exchange, false)
  )
}
