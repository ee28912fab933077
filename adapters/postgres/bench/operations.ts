import type { OwnedTasks } from '../../../application/ports/owned-tasks.ts'
import type { Position, TaskFilter, TaskOrder, TaskQuery } from '../../../domain/listing.ts'
import { validDraft } from '../../../domain/task.ts'
import { words } from './seed.ts'

/** What an operation is tried on. Each call takes another id, so that no page of the table is always the same one. */
export interface Subject {
  name: string
  table: 'small' | 'large'
  tasks: OwnedTasks
  /** how many tasks the owner has before anything is written */
  size: number
  /** one of the owner's tasks, anywhere among them */
  anyId(): string
  /** tasks that may go */
  spare: string[]
  /** where nine tenths of the owner's tasks lie before, in this order */
  deep(sort: TaskOrder): Position
  /** never the same twice */
  next(): number
}

export interface Operation {
  name: string
  /** `filtered` ones count what matches and may look for it, so they are told and not judged by the ratio */
  kind: 'read' | 'write' | 'filtered'
  /** must cost about the same at every size */
  required?: true
  run(subject: Subject): Promise<unknown>
}

const newest: TaskOrder = { by: 'createdAt', order: 'desc' }
export const sorts: readonly TaskOrder[] = [
  newest,
  { by: 'createdAt', order: 'asc' },
  { by: 'updatedAt', order: 'desc' },
  { by: 'dueDate', order: 'asc' },
  { by: 'dueDate', order: 'desc' },
  { by: 'priority', order: 'desc' },
  { by: 'title', order: 'asc' },
]

const queryOf = (over: Partial<TaskQuery>): TaskQuery => ({
  filter: {},
  sort: newest,
  place: { page: 1 },
  perPage: 20,
  ...over,
})

const called = ({ by, order }: TaskOrder) => `by ${by} ${order}`

const firstPages = sorts.map(
  (sort): Operation => ({
    name: sort === newest ? 'first page' : `first page ${called(sort)}`,
    kind: 'read',
    required: true,
    run: ({ tasks }) => tasks.list(queryOf({ sort })),
  }),
)

const deepPages = sorts.map(
  (sort): Operation => ({
    name: sort === newest ? 'deep page by cursor' : `deep page by cursor ${called(sort)}`,
    kind: 'read',
    required: true,
    run: ({ tasks, deep }) => tasks.list(queryOf({ sort, place: { after: deep(sort) } })),
  }),
)

const filters: Readonly<Record<string, TaskFilter>> = {
  'open ones': { completed: false },
  'high ones': { priorities: ['high'] },
  'high or low ones': { priorities: ['high', 'low'] },
  'a frequent tag': { tags: ['home'] },
  'a rare tag': { tags: ['rare'] },
  'a tag nobody gave': { tags: ['nobody'] },
  'due within a month': { dueAfter: '2026-05-01', dueBefore: '2026-05-31' },
  'open, high, tagged': { completed: false, priorities: ['high'], tags: ['home'] },
  'a word of every task': { search: words.everywhere },
  'a frequent word': { search: words.frequent },
  'a rare word': { search: words.rare },
  'two letters': { search: 'zz' },
  'a word nobody wrote': { search: 'xylophone' },
}

const filtered = Object.entries(filters).flatMap(([name, filter]): Operation[] => [
  { name, kind: 'filtered', run: ({ tasks }) => tasks.list(queryOf({ filter })) },
  {
    name: `${name}, by cursor`,
    kind: 'filtered',
    run: ({ tasks, deep }) => tasks.list(queryOf({ filter, place: { after: deep(newest) } })),
  },
])

export const draft = (n: number) =>
  validDraft({
    title: `order the ticket of Novak ${n}`,
    description: `Before the meeting, call Miller about number ${n}`,
    priority: 'high',
    dueDate: '2026-12-01',
    tags: ['travel', 'office'],
  })
const keyed = (n: number) => ({ key: `key ${n}`, fingerprint: `request ${n}` })

export const operations: readonly Operation[] = [
  ...firstPages,
  ...deepPages,
  { name: 'get', kind: 'read', required: true, run: ({ tasks, anyId }) => tasks.get(anyId()) },
  {
    name: 'create',
    kind: 'write',
    required: true,
    run: ({ tasks, next }) => tasks.create(draft(next())),
  },
  {
    name: 'create with a key',
    kind: 'write',
    required: true,
    run: ({ tasks, next }) => {
      const n = next()
      return tasks.create(draft(n), keyed(n))
    },
  },
  {
    name: 'complete',
    kind: 'write',
    required: true,
    run: ({ tasks, anyId }) => tasks.complete(anyId(), {}),
  },
  {
    name: 'complete with a key',
    kind: 'write',
    required: true,
    run: ({ tasks, anyId, next }) => tasks.complete(anyId(), { idempotency: keyed(next()) }),
  },
  {
    name: 'update',
    kind: 'write',
    run: ({ tasks, anyId, next }) => tasks.update(anyId(), { title: `call Cohen ${next()}` }),
  },
  { name: 'delete', kind: 'write', run: ({ tasks, spare }) => tasks.remove(spare.pop() ?? '') },
  {
    name: 'page by number, halfway',
    kind: 'filtered',
    run: ({ tasks, size }) => tasks.list(queryOf({ place: { page: Math.ceil(size / 40) } })),
  },
  ...filtered,
]
