import { onRequest, removeRequestHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const sortKeys = /^(created_at|updated_at|due_date|priority|title)$/

/** Corrects the query of a request; one that is not encoded rightly stays as it is. */
const correctingQuery = (correct: (query: URLSearchParams) => void) =>
  onRequest((request) => {
    const [before, after] = request.path.split('?')
    if (after === undefined || /%(?![0-9a-f]{2})/i.test(after)) return request
    const query = new URLSearchParams(after)
    correct(query)
    return { ...request, path: `${before}?${query}` }
  })

/** Parameters and preconditions. */
export const queryMutants = mutants('low', ['V'], {
  'takes a page of 0 for the first': correctingQuery((query) => {
    if (/^(0|-1)$/.test(query.get('page') ?? '')) query.set('page', '1')
  }),
  'clamps per_page': {
    severity: 'medium',
    ...correctingQuery((query) => {
      const perPage = Number(query.get('per_page') ?? 1)
      if (perPage > 100) query.set('per_page', '100')
      if (perPage < 1) query.set('per_page', '1')
    }),
  },
  'ignores unknown sort keys': correctingQuery((query) => {
    if (!sortKeys.test(query.get('sort_by') ?? 'title')) query.delete('sort_by')
  }),
  'never sees if match': {
    does: 'takes what a caller says of an ETag for its own',
    severity: 'high',
    caughtBy: ['D', 'I'],
    ...removeRequestHeader('If-Match'),
  },
})
