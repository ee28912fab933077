import {
  type Position,
  sortValue,
  type TaskFilter,
  type TaskOrder,
  type TaskPage,
  type TaskQuery,
} from '../../domain/listing.ts'
import { priorities, type Task } from '../../domain/task.ts'

/** The page of these tasks that the query asks for. */
export const taskPage = (all: Task[], { filter, sort, place, perPage }: TaskQuery): TaskPage => {
  const compare = comparePositions(sort)
  const matching = all
    .filter(matches(filter))
    .sort((a, b) => compare(positionOf(a, sort), positionOf(b, sort)))
  const rest =
    'page' in place
      ? matching.slice((place.page - 1) * perPage)
      : matching.filter((task) => compare(place.after, positionOf(task, sort)) < 0)
  const tasks = rest.slice(0, perPage)
  const last = tasks.at(-1)
  return {
    tasks,
    ...('page' in place && { total: matching.length }),
    ...(last && rest.length > perPage && { next: positionOf(last, sort) }),
  }
}

const matches = (filter: TaskFilter) => (task: Task) => {
  const { completed, priorities: any, tags, search, dueBefore, dueAfter } = filter
  const text = [task.title, task.description ?? '']
  return (
    (completed === undefined || task.completed === completed) &&
    (any === undefined || any.includes(task.priority)) &&
    (tags === undefined || tags.every((tag) => task.tags.includes(tag))) &&
    (search === undefined || text.some((it) => literal(search).test(it))) &&
    (dueBefore === undefined || (task.dueDate !== null && task.dueDate <= dueBefore)) &&
    (dueAfter === undefined || (task.dueDate !== null && task.dueDate >= dueAfter))
  )
}

/** With `u`, what differs in case alone is the same by Unicode's simple folding (ECMA-262, Canonicalize). */
const literal = (text: string): RegExp =>
  new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'iu')

const positionOf = (task: Task, { by }: TaskOrder): Position => ({
  key: sortValue(task, by),
  id: task.id,
})

/** Tasks without a due date come last in either direction; those with equal keys are ordered by id. */
const comparePositions = ({ by, order }: TaskOrder) => {
  const sign = order === 'asc' ? 1 : -1
  const rank = (key: string) => (by === 'priority' ? String(priorities.indexOf(key as never)) : key)
  return (a: Position, b: Position): number => {
    if ((a.key === null) !== (b.key === null)) return a.key === null ? 1 : -1
    return sign * (compareBytes(rank(a.key ?? ''), rank(b.key ?? '')) || compareBytes(a.id, b.id))
  }
}

const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b))
