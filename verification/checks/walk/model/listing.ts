import type { TaskJson } from '../../../engine/check-context.ts'
import type { Query } from '../query.ts'
import { wanted } from '../query.ts'
import { normalTag, type Who } from '../scope.ts'
import type { Known, Placed, World } from './world.ts'

/** What a list is narrowed to, as it is sent. */
export interface Filters
  extends Pick<Query, 'completed' | 'priority' | 'due_before' | 'due_after'> {
  tags: readonly string[]
  text: string | undefined
}

/** The tasks for which every filter holds, in no order. */
export const matching = ({ scope, tasks }: World, by: Who, query: Query): Placed[] => {
  const filters = { ...query, ...wanted(scope, by, query) }
  const isThere = ({ owner, isGone }: Known) => owner === by && !isGone
  return [...tasks.values()]
    .filter((task) => isThere(task) && fits(task.json, filters))
    .map((task) => placed(task, query))
}

/** Whether every filter holds for a task. */
export const fits = (
  task: TaskJson,
  { tags, text, completed, priority, due_before, due_after }: Filters,
): boolean =>
  tags.every((tag) => task.tags.includes(normalTag(tag))) &&
  (text === undefined || [task.title, task.description].some((it) => holds(it, text))) &&
  (completed === undefined || task.completed === completed) &&
  (priority === undefined || priority.includes(task.priority)) &&
  (due_before === undefined || (task.due_date !== null && task.due_date <= due_before)) &&
  (due_after === undefined || (task.due_date !== null && task.due_date >= due_after))

/** Alike by simple folding: two small letters are one with another (Unicode's CaseFolding.txt). */
const folded = (text: string): string =>
  text.toLowerCase().replaceAll('\u03c2', '\u03c3').replaceAll('\u017f', 's')

const holds = (text: string | null, part: string): boolean =>
  text !== null && folded(text).includes(folded(part))

const ranks = ['low', 'medium', 'high']

/** What a task is sorted by, as text. */
export const keyOf = (task: TaskJson, sortBy: Query['sort_by'] = 'created_at'): Placed['key'] =>
  sortBy === 'priority' ? `${ranks.indexOf(task.priority)}` : task[sortBy]

const placed = ({ name, json }: Known, { sort_by }: Query): Placed => ({
  ...{ name, id: json.id, key: keyOf(json, sort_by) },
})

/** No date comes last in either direction, and text goes by code point, as its UTF-8 does by bytes. */
export const inOrder =
  (sortOrder: Query['sort_order'], tie: 1 | -1) =>
  (one: Placed, other: Placed): number => {
    if ((one.key === null) !== (other.key === null)) return one.key === null ? 1 : -1
    const sign = sortOrder === 'asc' ? 1 : -1
    return sign * compared(one.key ?? '', other.key ?? '') || tie * compared(one.id, other.id)
  }

const compared = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other))
