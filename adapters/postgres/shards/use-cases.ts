import type { OwnedTasks } from '../../../application/ports/owned-tasks.ts'
import { sortKeys, sortValue, type TaskFilter, type TaskQuery } from '../../../domain/listing.ts'
import { type Task, validDraft } from '../../../domain/task.ts'

/** Something that one owner does, with tasks of theirs that are there already. */
export interface UseCase {
  name: string
  run(tasks: OwnedTasks, existing: readonly [Task, Task, ...Task[]]): Promise<unknown>
}

/** Statements that ask every shard, with the reason. */
const exceptions: readonly (readonly [statement: RegExp, reason: string])[] = [
  [
    /delete from idempotency_keys where \(owner, operation, key\) in/,
    'expired keys are removed whosever they are, once in ten minutes as long as there are few; owners who never return leave some too',
  ],
]

export const isException = (text: string): boolean =>
  exceptions.some(([statement]) => statement.test(text))

/** So many tasks a use case finds. */
export const EXISTING = 3

const query = (over: Partial<TaskQuery> = {}): TaskQuery => ({
  filter: {},
  sort: { by: 'createdAt', order: 'desc' },
  place: { page: 1 },
  perPage: 2,
  ...over,
})

export const draft = (title: string) =>
  validDraft({ title, description: 'about it', dueDate: '2026-12-01', tags: ['home', 'late'] })

const filters: Readonly<Record<string, TaskFilter>> = {
  'open ones': { completed: false },
  'of two priorities': { priorities: ['high', 'medium'] },
  'with two tags': { tags: ['home', 'late'] },
  'that hold a text': { search: 'ABOUT' },
  'due in a month': { dueAfter: '2026-12-01', dueBefore: '2026-12-31' },
}

const keyed = (key: string, fingerprint = key) => ({ key, fingerprint })
let made = 0
const newKey = () => {
  made += 1
  return keyed(`key ${made}`)
}

/** What the service asks its database for, each way of it once. */
export const useCases: readonly UseCase[] = [
  { name: 'create', run: (tasks) => tasks.create(draft('new')) },
  { name: 'create with a key', run: (tasks) => tasks.create(draft('new'), newKey()) },
  {
    name: 'create with a key that was used',
    run: async (tasks) => {
      const key = newKey()
      await tasks.create(draft('new'), key)
      await tasks.create(draft('new'), key)
    },
  },
  { name: 'get', run: (tasks, [task]) => tasks.get(task.id) },
  {
    name: 'get several at once',
    run: (tasks, existing) => Promise.all(existing.map(({ id }) => tasks.get(id))),
  },
  ...sortKeys.flatMap((by): UseCase[] =>
    (['asc', 'desc'] as const).flatMap((order): UseCase[] => {
      const sort = { by, order }
      return [
        { name: `list by ${by} ${order}`, run: (tasks) => tasks.list(query({ sort })) },
        {
          name: `list by ${by} ${order}, by cursor`,
          run: (tasks, [task]) =>
            tasks.list(
              query({ sort, place: { after: { key: sortValue(task, by), id: task.id } } }),
            ),
        },
      ]
    }),
  ),
  {
    name: 'list several pages at once',
    run: (tasks) => Promise.all([1, 2, 3].map(() => tasks.list(query()))),
  },
  { name: 'list a page by number', run: (tasks) => tasks.list(query({ place: { page: 2 } })) },
  ...Object.entries(filters).flatMap(([name, filter]): UseCase[] => [
    { name: `list ${name}`, run: (tasks) => tasks.list(query({ filter })) },
    {
      name: `list ${name}, by cursor`,
      run: (tasks, [{ createdAt, id }]) =>
        tasks.list(query({ filter, place: { after: { key: createdAt, id } } })),
    },
  ]),
  { name: 'update', run: (tasks, [{ id }]) => tasks.update(id, { title: `changed ${made}` }) },
  {
    name: 'update of a version',
    run: (tasks, [, { id, version }]) => tasks.update(id, { tags: ['x'] }, [version]),
  },
  { name: 'complete', run: (tasks, [{ id }]) => tasks.complete(id, { completed: true }) },
  { name: 'toggle', run: (tasks, [{ id }]) => tasks.complete(id, {}) },
  {
    name: 'toggle with a key',
    run: (tasks, [{ id }]) => tasks.complete(id, { idempotency: newKey() }),
  },
  { name: 'delete', run: (tasks, existing) => tasks.remove(existing.at(-1)?.id as string) },
]
