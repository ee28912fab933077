import { mapNext, rememberingCursors, unboundFrom } from '../../operators/cursors.ts'
import { mapJson, removeHeader } from '../../operators/proxy.ts'
import { queryOf } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** What the link to the next page and its cursor are bound to. */
export const boundListMutants = mutants('medium', ['D-16', 'D-30', 'D-31', 'D-32'], {
  ...Object.fromEntries(
    ['search', 'completed', 'priority', 'tag', 'due_before', 'due_after', 'sort_by'].map((name) => [
      `takes a cursor under another ${name}`,
      unboundFrom(name),
    ]),
  ),
  'takes a cursor under another sort_order': unboundFrom('sort_order'),
  'takes a cursor beside a page': {
    caughtBy: ['D-17'],
    ...rememberingCursors((asked) => asked.delete('page')),
  },
  'binds a cursor to per_page': rememberingCursors((asked, made) => {
    if (asked.get('per_page') !== made.get('per_page')) asked.set('cursor', 'other')
  }),
  'forgets the search in its links': mapNext((next) => next.delete('search')),
  'forgets due_after in its links': mapNext((next) => next.delete('due_after')),
  'forgets per_page in its links': mapNext((next) => next.delete('per_page')),
  'keeps one tag of several in its links': mapNext((next) => {
    const [first] = next.getAll('tag')
    if (first !== undefined) next.set('tag', first)
  }),
  'links to the next page by number': mapNext((next, asked) => {
    next.delete('cursor')
    next.set('page', String(Number(asked.get('page') ?? 1) + 1))
  }),
  'gives no link where the path ends in a slash': {
    caughtBy: ['D-32'],
    ...removeHeader('Link', (_, { path }) => path.split('?')[0]?.endsWith('/') === true),
  },
  'tells the total on pages reached by cursor': {
    severity: 'low',
    ...mapJson(
      (json) => ({ ...json, total: (json.tasks as unknown[]).length, page: 1 }),
      ({ status }, { path }) => status === 200 && queryOf(path).has('cursor'),
    ),
  },
})
