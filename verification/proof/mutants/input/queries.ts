import { removeRequestHeader } from '../../operators/proxy.ts'
import { correctingQuery } from '../../operators/request.ts'
import { mutants } from '../mutant.ts'

const sortKeys = /^(created_at|updated_at|due_date|priority|title)$/

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
