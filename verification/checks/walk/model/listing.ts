import type { Query } from '../query.ts'
import { wanted } from '../query.ts'
import { normalTag, type Who } from '../scope.ts'
import type { Known, Placed, World } from './world.ts'

/** The tasks for which every filter holds, in no order. */
export const matching = ({ scope, tasks }: World, by: Who, query: Query): Placed[] => {
  const { completed, priority, due_before, due_after } = query
  const { tags, text } = wanted(scope, by, query)
  const fits = ({ owner, isGone, json }: Known): boolean =>
    owner === by &&
    !isGone &&
    tags.every((tag) => json.tags.includes(normalTag(tag))) &&
    (text === undefined || [json.title, json.description].some((it) => holds(it, text))) &&
    (completed === undefined || json.completed === completed) &&
    (priority === undefined || priority.includes(json.priority)) &&
    (due_before === undefined || (json.due_date !== null && json.due_date <= due_before)) &&
    (due_after === undefined || (json.due_date !== null && json.due_date >= due_after))
  return [...tasks.values()].filter(fits).map((task) => placed(task, query))
}

const holds = (text: string | null, part: string): boolean =>
  text?.toLowerCase().includes(part.toLowerCase()) === true

const ranks = ['low', 'medium', 'high']

const placed = ({ name, json }: Known, { sort_by = 'created_at' }: Query): Placed => ({
  name,
  id: json.id,
  key: sort_by === 'priority' ? `${ranks.indexOf(json.priority)}` : json[sort_by],
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
