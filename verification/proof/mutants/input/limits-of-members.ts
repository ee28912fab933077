import { jsonOf } from '../../../../bootstrap/system/http-messages.ts'
import { mapRequestHeader, onRequest } from '../../operators/proxy.ts'
import { correcting, correctingMember, withText } from '../../operators/request.ts'
import { calls, only } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const tooMany = Array.from({ length: 21 }, (_, index) => `tag ${index}`)

/** Limits of text that are counted in other units or too early, and members that mean too much. */
export const memberLimitMutants = mutants('medium', ['V'], {
  'counts UTF-16 units in descriptions': correctingMember('description', (text) =>
    typeof text === 'string' && text.length > 2000 ? 'x'.repeat(2001) : text,
  ),
  'counts blanks for the length of a title': correctingMember('title', (title) =>
    typeof title === 'string' && title.length > 200 && title.trim().length <= 200
      ? 'x'.repeat(201)
      : title,
  ),
  'counts tags before it normalises them': correctingMember('tags', (tags) =>
    Array.isArray(tags) && tags.length > 20 ? tooMany : tags,
  ),
  'counts UTF-16 units in tags': correctingMember('tags', (tags) =>
    Array.isArray(tags) && tags.some((tag) => typeof tag === 'string' && tag.length > 50)
      ? tooMany
      : tags,
  ),
  'turns numbers in tags into text': correcting(({ tags }) =>
    Array.isArray(tags) ? { tags: tags.map((it) => (typeof it === 'number' ? `${it}` : it)) } : {},
  ),
  'toggles where completed is null': only(
    calls('completeTask'),
    onRequest((request) =>
      jsonOf(request).completed === null ? withText(request, '{}') : request,
    ),
  ),
  'takes merge patches where tasks are created': {
    severity: 'low',
    ...only(
      calls('createTask'),
      mapRequestHeader('content-type', (type) => type.replace('merge-patch+json', 'json')),
    ),
  },
  'takes a BOM': {
    severity: 'low',
    ...onRequest((request) =>
      request.body.subarray(0, 3).toString() === '\ufeff'
        ? { ...request, body: request.body.subarray(3) }
        : request,
    ),
  },
  'takes keys longer than 255 characters': {
    severity: 'low',
    caughtBy: ['V', 'D'],
    ...only(
      calls('createTask'),
      mapRequestHeader('idempotency-key', (key) => key.slice(0, 255)),
    ),
  },
  'takes keys with blanks in them': {
    severity: 'low',
    caughtBy: ['V', 'D'],
    ...only(
      calls('createTask'),
      mapRequestHeader('idempotency-key', (key) => key.replaceAll(' ', '_')),
    ),
  },
})
