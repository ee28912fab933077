import { field, withHeader } from '../../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../../bootstrap/system/reverse-proxy.ts'
import { problem } from '../../../operators/problems.ts'
import { emptied, mapRequestHeader, onRequest, setStatus } from '../../../operators/proxy.ts'
import { correctingQuery } from '../../../operators/request.ts'
import { overriding } from '../../../operators/store.ts'
import { isHead, onTask, queryOf } from '../../../operators/where.ts'
import { mutants } from '../../mutant.ts'

/** Of several lines of If-Match one alone. */
const oneLine = (which: 0 | -1) =>
  onRequest((request) => {
    const lines = request.headers.filter(([name]) => name.toLowerCase() === 'if-match')
    return withHeader(request, 'If-Match', lines.at(which)?.[1])
  })

/** Answers for tasks that were deleted as if they were there, where a request is such. */
const remembering = (when: Parameters<typeof onRequest>[1] & {}) => (): Interceptor => {
  const gone = new Set<string>()
  return async (request, pass) => {
    const response = await pass(request)
    if (request.method === 'DELETE' && response.status === 204) gone.add(request.path)
    if (response.status !== 404 || !gone.has(request.path) || !when(request)) return response
    return isHead(request) ? { ...response, status: 200 } : emptied(response, 204)
  }
}

/** Lets nobody wait for the first request of a key, or nobody run after it. */
const impatient = (waits: boolean) => (): Interceptor => {
  const running = new Map<string, ReturnType<Parameters<Interceptor>[1]>>()
  return async (request, pass) => {
    const key = field(request.headers, 'idempotency-key')
    if (!key) return pass(request)
    const first = running.get(key)
    const answer = first && waits ? await first : undefined
    if (first && (!answer || answer.status === 412))
      return problem(await pass({ ...request, method: 'GET', path: '/' }), {
        ...(waits
          ? { status: 422, code: 'idempotency_key_reused', title: 'Unprocessable Content' }
          : { status: 409, code: 'idempotency_key_in_use', title: 'Conflict' }),
      })
    const own = pass(request)
    running.set(key, own)
    return own.finally(() => running.delete(key))
  }
}

/** What passes for what it is not to whoever compares carelessly. */
export const lookAlikeMutants = [
  ...mutants('high', ['D-27', 'D-28', 'D-41'], {
    'takes a star in quotes for any state': mapRequestHeader('if-match', (tags) =>
      tags === '"*"' ? '*' : tags,
    ),
    'takes a star among tags for any state': mapRequestHeader('if-match', (tags) =>
      /, \*$/.test(tags) ? '*' : tags,
    ),
    'takes an empty tag for any state': mapRequestHeader('if-match', (tags) =>
      tags.includes('""') ? '*' : tags,
    ),
    'hears no empty If-Match': onRequest((request) =>
      field(request.headers, 'if-match') === '' ? withHeader(request, 'If-Match') : request,
    ),
    'takes single quotes around a tag for its own': mapRequestHeader('if-match', (tags) =>
      tags.replaceAll("'", '"'),
    ),
    'hears the first line of If-Match alone': oneLine(0),
    'hears the last line of If-Match alone': oneLine(-1),
  }),
  ...mutants('high', ['D-09', 'D-10', 'D-22', 'D-34', 'D-36', 'D-37', 'D-38'], {
    'shows HEAD what was deleted': { proxy: remembering(isHead) },
    'deletes again by a key': {
      proxy: remembering(
        (request) =>
          onTask(/^DELETE$/)(request) && field(request.headers, 'idempotency-key') !== undefined,
      ),
    },
    'lets no retry wait for the first': { proxy: impatient(false) },
    'lets nobody run who waited for what failed': { proxy: impatient(true) },
    'decodes keys': mapRequestHeader('idempotency-key', (key) => key.replaceAll('%6b', 'k')),
    'records no completion that changes nothing': overriding((mine) => ({
      complete: async (id, { idempotency, ...how }) => {
        const isIdle = (await mine.get(id))?.completed === how.completed
        return mine.complete(id, { ...how, ...(idempotency && !isIdle && { idempotency }) })
      },
    })),
  }),
  ...mutants('medium', ['D-16', 'D-17', 'D-18', 'D-21'], {
    'takes quotes off a search': correctingQuery((query) => {
      const search = query.get('search')
      if (search) query.set('search', search.replaceAll(/^"|"$/g, ''))
    }),
    'sorts by creation for updated_at': correctingQuery((query) => {
      if (query.get('sort_by') === 'updated_at') query.set('sort_by', 'created_at')
    }),
    'fails at a cursor that is no base64': setStatus(500, (_, { path }) =>
      /[^\w+/=.-]/.test(queryOf(path).get('cursor') ?? ''),
    ),
    'takes a cursor beside the first page': correctingQuery((query) => {
      if (query.has('cursor') && query.get('page') === '1') query.delete('page')
    }),
    'sorts titles by their first 64 characters': overriding((mine) => ({
      list: async (query) => {
        const { sort, place, perPage } = query
        if (sort.by !== 'title' || !('page' in place)) return mine.list(query)
        const all = await mine.list({ ...query, place: { page: 1 }, perPage: 1000 })
        const sign = sort.order === 'asc' ? 1 : -1
        const key = ({ title, id }: (typeof all.tasks)[number]) => `${title.slice(0, 64)} ${id}`
        const sorted = all.tasks.toSorted((a, b) => sign * (key(a) < key(b) ? -1 : 1))
        const from = (place.page - 1) * perPage
        return { ...(await mine.list(query)), tasks: sorted.slice(from, from + perPage) }
      },
    })),
  }),
]
