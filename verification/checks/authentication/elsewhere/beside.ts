import { ownKey } from '../../own-task.ts'
import { type Shape, takes, withHeaders } from '../../shapes.ts'

/** What may stand beside a token that is refused, besides what stands beside any request. */
export const beside: readonly Shape[] = [
  {
    name: 'an If-Match',
    suits: takes('If-Match'),
    of: (request, _, etag) => withHeaders(request, ['If-Match', etag]),
  },
  {
    // In place of one that nobody knows: what was recorded under it is its owner's.
    name: 'the key of what was answered before',
    suits: takes('Idempotency-Key'),
    of: (request, context) => {
      const others = request.headers?.filter(([name]) => name !== 'Idempotency-Key')
      return { ...request, headers: [...(others ?? []), ownKey(context)] }
    },
  },
]
