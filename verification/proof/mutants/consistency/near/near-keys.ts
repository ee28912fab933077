import { field } from '../../../../../bootstrap/system/http-messages.ts'
import { Fault } from '../../../../../domain/fault.ts'
import { mapRequestHeader, onRequest, removeRequestHeader } from '../../../operators/proxy.ts'
import { correctingParameters } from '../../../operators/request.ts'
import { overriding } from '../../../operators/store.ts'
import { isCompletion } from '../../../operators/where.ts'
import { mutants } from '../../mutant.ts'

const composed = (tags: readonly string[]) => [...new Set(tags.map((tag) => tag.normalize('NFC')))]

/** Keys and tags that are nearly equal, and what a key is bound to. */
export const nearKeyMutants = mutants('high', ['D-34', 'D-35', 'D-36', 'D-37', 'D-40'], {
  'knows keys without regard to case': mapRequestHeader('idempotency-key', (key) =>
    key.toLowerCase(),
  ),
  'keeps 254 characters of a key': mapRequestHeader('idempotency-key', (key) =>
    key.length > 255 ? key : key.slice(0, 254),
  ),
  'refuses keys over 128 characters': mapRequestHeader('idempotency-key', (key) =>
    key.length > 128 ? 'k'.repeat(256) : key,
  ),
  'keeps 64 characters of a key on complete': mapRequestHeader(
    'idempotency-key',
    (key) => (key.length > 255 ? key : key.slice(0, 64)),
    isCompletion,
  ),
  'has one set of keys for all operations': overriding((mine) => {
    const used = new Map<string, string>()
    const claim = (operation: string, key?: string) => {
      if (key && (used.get(key) ?? operation) !== operation)
        throw new Fault('idempotency_key_reused')
      if (key) used.set(key, operation)
    }
    return {
      create: async (draft, idempotency) => {
        claim('create', idempotency?.key)
        return mine.create(draft, idempotency)
      },
      complete: async (id, how) => {
        claim('complete', how.idempotency?.key)
        return mine.complete(id, how)
      },
    }
  }),
  'ignores keys of merge patches': removeRequestHeader(
    'idempotency-key',
    ({ headers }) => field(headers, 'content-type')?.startsWith('application/merge-patch') === true,
  ),
  'binds no key to the path': overriding((mine) => ({
    complete: (id, { idempotency, ...how }) =>
      mine.complete(id, {
        ...how,
        ...(idempotency && { idempotency: { ...idempotency, fingerprint: 'same' } }),
      }),
  })),
  'takes other bytes for the same request': onRequest(
    (request) => {
      const body = Buffer.from(request.body.toString().replaceAll(/\s+/g, ''))
      return { ...request, body }
    },
    ({ headers }) => field(headers, 'idempotency-key') !== undefined,
  ),
  'takes a trailing slash for another request': onRequest(
    (request) => ({ ...request, body: Buffer.from(`${request.body} `) }),
    ({ method, path, headers, body }) =>
      method === 'POST' &&
      path.endsWith('/') &&
      body.length > 0 &&
      field(headers, 'idempotency-key') !== undefined,
  ),
  'keeps the key of a completion that failed': overriding((mine) => {
    const spent = new Map<string, string>()
    return {
      complete: async (id, how) => {
        const { key = '', fingerprint = '' } = how.idempotency ?? {}
        if (key && (spent.get(key) ?? fingerprint) !== fingerprint)
          throw new Fault('idempotency_key_reused')
        const outcome = await mine.complete(id, how)
        if (!outcome && key) spent.set(key, fingerprint)
        return outcome
      },
    }
  }),
  'judges If-Match before it replays': overriding((mine) => ({
    complete: async (id, how) => {
      const task = await mine.get(id)
      if (task && how.condition && !how.condition.includes(task.version))
        throw new Fault('precondition_failed')
      return mine.complete(id, how)
    },
  })),
  'replays no completion of a deleted task': overriding((mine) => ({
    complete: async (id, how) => ((await mine.get(id)) ? mine.complete(id, how) : undefined),
  })),
  'composes tags': overriding((mine) => ({
    create: (draft, idempotency) =>
      mine.create({ ...draft, tags: composed(draft.tags) }, idempotency),
    list: ({ filter: { tags, ...filter }, ...query }) =>
      mine.list({ ...query, filter: { ...filter, ...(tags && { tags: composed(tags) }) } }),
  })),
  'finds by the beginning of a tag': {
    severity: 'medium',
    ...overriding((mine) => ({
      list: async (query) => {
        const { tags = [], ...filter } = query.filter
        const found = await mine.list({ ...query, filter, perPage: 1000 })
        if (tags.length === 0 || !('page' in query.place)) return mine.list(query)
        const tasks = found.tasks.filter((task) =>
          tags.every((tag) => task.tags.some((it) => it.startsWith(tag))),
        )
        const from = (query.place.page - 1) * query.perPage
        return {
          ...(await mine.list(query)),
          tasks: tasks.slice(from, from + query.perPage),
          total: tasks.length,
        }
      },
    })),
  },
  'ignores accents in the tag it looks for': {
    severity: 'medium',
    ...correctingParameters(['tag'], (tag) => tag.normalize('NFD').replaceAll(/\p{M}/gu, '')),
  },
})
