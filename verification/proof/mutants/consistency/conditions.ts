import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { problem } from '../../operators/problems.ts'
import {
  mapRequestHeader,
  onRequest,
  onResponse,
  removeRequestHeader,
} from '../../operators/proxy.ts'
import { isCompletion, isWrite, onTask } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const failed = { status: 412, code: 'precondition_failed', title: 'Precondition Failed' }
const isPut = onTask(/^PUT$/)
const isRemoval = onTask(/^DELETE$/)

/** Refuses with 412 where a header is sent that has nothing to say there. */
const heeding = (name: string, when: (request: ProxyRequest) => boolean) =>
  onResponse(
    (response) => problem(response, failed),
    ({ status }, request) =>
      status < 300 && when(request) && field(request.headers, name) !== undefined,
  )

/** Answers as it did the first time to whoever sends a key again. */
const replayingKeys = (): Interceptor => {
  const responses = new Map<string, Awaited<ReturnType<Parameters<Interceptor>[1]>>>()
  return async (request, pass) => {
    const key = field(request.headers, 'idempotency-key')
    if (!key || !/^P(ATCH|UT)$/.test(request.method) || isCompletion(request)) return pass(request)
    const response = responses.get(key) ?? (await pass(request))
    if (response.status === 200) responses.set(key, response)
    return response
  }
}

/** Preconditions and keys ignored, heeded or demanded where they should not be. */
export const conditionMutants = mutants('high', ['D-27', 'D-28', 'D-29', 'D-38', 'D-39'], {
  'ignores If-Match on PUT': removeRequestHeader('If-Match', isPut),
  'ignores If-Match on DELETE': removeRequestHeader('If-Match', isRemoval),
  'ignores If-Match on complete': removeRequestHeader('If-Match', isCompletion),
  'knows no If-Match * on DELETE': mapRequestHeader(
    'if-match',
    (tags) => (tags === '*' ? '"*"' : tags),
    isRemoval,
  ),
  'knows no If-Match * on PUT': mapRequestHeader(
    'if-match',
    (tags) => (tags === '*' ? '"*"' : tags),
    isPut,
  ),
  'reads one tag of If-Match on complete': mapRequestHeader(
    'if-match',
    (tags) => tags.split(',')[0] as string,
    isCompletion,
  ),
  'splits lists of tags at blanks': mapRequestHeader('if-match', (tags) =>
    tags.replaceAll('",', '"').replaceAll('" "', '", "'),
  ),
  'takes a tag without quotes on DELETE': mapRequestHeader(
    'if-match',
    (tag) => (/^[\w-]+$/.test(tag) ? `"${tag}"` : tag),
    isRemoval,
  ),
  'obeys If-None-Match on PUT': heeding('if-none-match', isPut),
  'obeys If-None-Match on DELETE': heeding('if-none-match', isRemoval),
  'obeys If-None-Match on create': heeding('if-none-match', ({ method }) => method === 'POST'),
  'obeys If-Match on reading': heeding('if-match', ({ method }) => /GET|HEAD/.test(method)),
  'obeys If-Match on create': heeding('if-match', ({ method }) => method === 'POST'),
  'replays changes by their key': { proxy: replayingKeys },
  'takes any key on complete': onRequest(
    (request) => ({
      ...request,
      headers: request.headers.map(([name, value]) => [
        name,
        name.toLowerCase() === 'idempotency-key' && !/^[!-~]{1,255}$/.test(value) ? 'any' : value,
      ]),
    }),
    isCompletion,
  ),
  'remembers removals by their key': {
    proxy: () => {
      const known = new Map<string, Awaited<ReturnType<Parameters<Interceptor>[1]>>>()
      return async (request, pass) => {
        const key = field(request.headers, 'idempotency-key')
        if (!key || !isRemoval(request)) return pass(request)
        const kept = known.get(key)
        if (kept) return withHeader(kept, 'Idempotency-Replayed', 'true')
        const response = await pass(request)
        if (response.status === 204) known.set(key, response)
        return response
      }
    },
  },
  'judges keys where they mean nothing': onResponse(
    (response) =>
      problem(response, { status: 422, code: 'validation_failed', title: 'Unprocessable Content' }),
    ({ status }, request) =>
      status < 300 &&
      !isCompletion(request) &&
      (request.method === 'DELETE' || (isWrite(request) && request.method !== 'POST')) &&
      !/^[!-~]{1,255}$/.test(field(request.headers, 'idempotency-key') ?? 'none'),
  ),
})
