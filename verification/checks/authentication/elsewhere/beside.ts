import { ownKey } from '../../own-task.ts'
import { type Shape, takes, withHeaders } from '../../shapes.ts'
import { written } from '../../written.ts'

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

/** Where a body may be left out, each by itself: with it there is no room for a body of any form. */
export const bodiless: readonly Shape[] = [
  {
    name: 'no body',
    suits: ({ operation }) => operation.body?.required === false,
    alone: true,
    of: ({ json: _, ...request }) => request,
  },
  {
    name: 'chunks of nothing',
    suits: ({ operation }) => operation.body?.required === false,
    alone: true,
    // Written as it is: of nothing a client makes no chunks.
    of: ({ json: _, ...request }) => written({ ...request, body: '', chunked: true }),
  },
]

/** A way to write a request that no page has, and that some program in front may not understand. */
export type Oddly = Pick<Shape, 'name' | 'suits' | 'of'>

export const oddly: readonly Oddly[] = [
  {
    // RFC 9112 §3.2.2.
    name: 'the absolute form',
    suits: ({ method }) => method !== 'HEAD',
    of: (request, { settings: { target } }) =>
      written({ ...request, path: `${target.origin}${request.path}` }),
  },
  {
    // RFC 9110 §10.1.1; the body follows without being asked for.
    name: 'an Expect',
    suits: ({ operation }) => operation.body?.required === true,
    of: (request) => written(withHeaders(request, ['Expect', '100-continue'])),
  },
]
