import {
  field,
  jsonOf,
  type ProxyRequest,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { emptied, isCompletion, onResponse, onTask, taskId } from '../../operators/proxy.ts'
import { crossingOwners } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'
import { listingAll, listingOf } from './lists.ts'

/** Lets requests of one kind act as whoever made the task that they name. */
const actingAsCreator = (when: (request: ProxyRequest) => boolean) => ({
  proxy: (): Interceptor => {
    const creators = new Map<string, string>()
    return async (request, pass) => {
      const creator = when(request) ? creators.get(taskId(request.path) ?? '') : undefined
      const response = await pass(creator ? withHeader(request, 'Authorization', creator) : request)
      const by = field(request.headers, 'authorization')
      if (response.status === 201 && by) creators.set(String(jsonOf(response).id), by)
      return response
    }
  },
})

const isChange = onTask(/^(PATCH|PUT)$/)
const bodyOf = ({ body }: ProxyRequest) => body.toString().replaceAll(/\s/g, '')
const has = (name: string, value: RegExp) => (request: ProxyRequest) =>
  value.test(field(request.headers, name) ?? '')

/** The owner forgotten in one branch, where the plain request is right. */
export const branchMutants = mutants('critical', ['I'], {
  'lists everybody’s tasks by title': listingAll(({ sort }) => sort.by === 'title'),
  'lists everybody’s tasks by the earliest change': listingAll(
    ({ sort }) => sort.by === 'updatedAt' && sort.order === 'asc',
  ),
  'filters everybody’s tasks by priority': listingAll(
    ({ filter }) => filter.priorities?.length === 1,
  ),
  'filters everybody’s tasks by several priorities': listingAll(
    ({ filter }) => (filter.priorities?.length ?? 0) > 1,
  ),
  'filters everybody’s tasks that are open': listingAll(({ filter }) => filter.completed === false),
  'filters everybody’s tasks by due_before': listingAll(
    ({ filter }) => filter.dueBefore !== undefined,
  ),
  'filters everybody’s tasks by several tags': listingAll(
    ({ filter }) => (filter.tags?.length ?? 0) > 1,
  ),
  'follows a cursor to everybody’s tasks by priority': listingAll(
    ({ place, sort }) => 'after' in place && sort.by === 'priority',
  ),
  'shows everybody’s tasks on the second page': listingAll(
    ({ place }) => 'page' in place && place.page > 1,
  ),
  'counts everybody’s tasks where they are filtered by date': {
    severity: 'high',
    ...crossingOwners((mine, { all }) => ({
      list: async (query) => {
        const page = await mine.list(query)
        if (page.total === undefined || query.filter.dueAfter === undefined) return page
        return { ...page, total: (await listingOf(all(), query)).total as number }
      },
    })),
  },
  'changes any task under If-Match *': actingAsCreator(
    (request) => isChange(request) && has('if-match', /^\*$/)(request),
  ),
  'changes any task under its own tag by PUT': actingAsCreator(
    (request) => onTask(/^PUT$/)(request) && has('if-match', /^"/)(request),
  ),
  'shows any task to an empty change': actingAsCreator(
    (request) => isChange(request) && bodyOf(request) === '{}',
  ),
  'clears what anybody described': actingAsCreator(
    (request) => isChange(request) && /:null/.test(bodyOf(request)),
  ),
  'lets anybody change the tags of any task': actingAsCreator(
    (request) => isChange(request) && /^\{"tags":\[[^\]]*\]\}$/.test(bodyOf(request)),
  ),
  'toggles any task without a body': actingAsCreator(
    (request) => isCompletion(request) && request.body.length === 0,
  ),
  'reopens any task': actingAsCreator(
    (request) => isCompletion(request) && /false/.test(bodyOf(request)),
  ),
  'completes any task with a key': actingAsCreator(
    (request) => isCompletion(request) && has('idempotency-key', /./)(request),
  ),
  'deletes any task under If-Match *': actingAsCreator(
    (request) => onTask(/^DELETE$/)(request) && has('if-match', /^\*$/)(request),
  ),
  'says 304 to If-None-Match * for any task': {
    severity: 'high',
    ...onResponse(
      (response) => withHeader(emptied(response, 304), 'ETag', '"1"'),
      ({ status }, request) =>
        status === 404 && onTask(/^(GET|HEAD)$/)(request) && has('if-none-match', /^\*$/)(request),
    ),
  },
})
