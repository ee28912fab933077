import { jsonOf, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { type Json, mapJson } from '../../operators/proxy.ts'
import { correctingMember, withMembers } from '../../operators/request.ts'
import { mutants } from '../mutant.ts'

const by =
  (method: string, path = /^\/api\/v1\/tasks\/[^/]+\/?$/) =>
  (request: ProxyRequest) =>
    request.method === method && path.test(request.path)
const toComplete = by('PATCH', /\/complete\/?$/)

/** Refuses as it should, and does what it can make of the request all the same. */
const doing = (when: (request: ProxyRequest) => boolean) => ({
  proxy: (): Interceptor => async (request, pass) => {
    const response = await pass(request)
    if (response.status !== 422 || !when(request)) return response
    const errors = (jsonOf(response).errors ?? []) as { field: string }[]
    const bad: Json = Object.fromEntries(errors.map(({ field }) => [field, undefined]))
    if ('title' in bad && request.method === 'POST') return response
    await pass(withMembers(request, bad))
    return response
  },
})

const asText = (value: unknown) => (typeof value === 'number' ? String(value) : value)
const asBoolean = (value: unknown) =>
  value === 'true' || value === 1 ? true : value === 'false' || value === 0 ? false : value

/** Members that are read for what somebody may have meant, on one operation alone. */
export const lenientMemberMutants = mutants('medium', ['V-45', 'V-46'], {
  'coerces text to booleans when completing': correctingMember('completed', asBoolean, toComplete),
  'coerces numbers to booleans on PUT': correctingMember('completed', asBoolean, by('PUT')),
  'coerces numbers to titles on PUT': correctingMember('title', asText, by('PUT')),
  'takes priorities in any case on PATCH': correctingMember(
    'priority',
    (value) => (typeof value === 'string' ? value.toLowerCase() : value),
    by('PATCH'),
  ),
  'takes due dates with a time on PATCH': correctingMember(
    'due_date',
    (value) => (typeof value === 'string' ? value.replace(/T.*$/, '') : value),
    by('PATCH'),
  ),
  'takes due dates without their zeros': correctingMember('due_date', (value) =>
    typeof value === 'string' ? value.replaceAll(/-(\d)(?!\d)/g, '-0$1') : value,
  ),
  'takes an empty due date for none': correctingMember('due_date', (value) =>
    value === '' ? null : value,
  ),
  'takes null for no tags on PUT': correctingMember('tags', (value) => value ?? [], by('PUT')),
  'takes one tag for a list of one': correctingMember('tags', (value) =>
    typeof value === 'string' ? [value] : value,
  ),
  'passes over tags that are no text': correctingMember('tags', (value) =>
    Array.isArray(value) ? value.filter((tag) => typeof tag === 'string') : value,
  ),
  'removes NUL from tags': correctingMember('tags', (value) =>
    Array.isArray(value) ? value.map((tag) => String(tag).replaceAll('\0', '')) : value,
  ),
  'cuts long descriptions off on PATCH': correctingMember(
    'description',
    (value) => (typeof value === 'string' ? [...value].slice(0, 2000).join('') : value),
    by('PATCH'),
  ),
  'takes null for an untouched title on PUT': correctingMember(
    'title',
    (value) => value ?? undefined,
    by('PUT'),
  ),
  'names the body in place of its members': {
    severity: 'low',
    ...mapJson(
      (json) => ({ ...json, errors: [{ field: 'body', message: 'is not valid' }] }),
      ({ status }, { method }) => status === 422 && method !== 'GET',
    ),
  },
  ...Object.fromEntries(
    Object.entries({
      'creates the task that it refuses': by('POST', /tasks\/?$/),
      'writes the good members of a change that it refuses': by('PATCH'),
      'writes the good members of a PUT that it refuses': by('PUT'),
      'toggles although it refuses the body': toComplete,
    }).map(([does, when]) => [does, { severity: 'high', ...doing(when) } as const]),
  ),
})
