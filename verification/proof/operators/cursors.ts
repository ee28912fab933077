import { field } from '../../../bootstrap/system/http-messages.ts'
import { mapHeader, type Proxied } from './proxy.ts'
import { queryOf } from './where.ts'

/** Remembers which query each cursor was made for. */
export const rememberingCursors = (
  change: (asked: URLSearchParams, made: URLSearchParams) => void,
): Proxied => ({
  proxy: () => {
    const made = new Map<string, URLSearchParams>()
    return async (request, pass) => {
      const asked = queryOf(request.path)
      const origin = made.get(asked.get('cursor') ?? '')
      if (origin) change(asked, origin)
      const [path] = request.path.split('?')
      const response = await pass(origin ? { ...request, path: `${path}?${asked}` } : request)
      const target = /<([^>]*)>/.exec(field(response.headers, 'link') ?? '')?.[1] ?? ''
      const next = queryOf(target)
      const cursor = next.get('cursor')
      if (cursor !== null) made.set(cursor, next)
      return response
    }
  },
})

/** Takes a cursor for a list in which these parameters are others: it brings its own. */
export const unboundFrom = (...names: string[]) =>
  rememberingCursors((asked, made) => {
    for (const name of names) {
      asked.delete(name)
      for (const value of made.getAll(name)) asked.append(name, value)
    }
  })

/** Changes the parameters of the next page's link. */
export const mapNext = (change: (next: URLSearchParams, asked: URLSearchParams) => void) =>
  mapHeader('Link', (link, { path }) =>
    link.replace(/\?([^>]*)/, (_, query) => {
      const next = new URLSearchParams(query)
      change(next, queryOf(path))
      return `?${next}`
    }),
  )
