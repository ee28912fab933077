import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem, problem } from '../../operators/problems.ts'
import { mapJson, onRequest, onResponse } from '../../operators/proxy.ts'
import { correcting, correctingMember, withText } from '../../operators/request.ts'
import { isHead, isWrite } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const typeOf = ({ headers }: ProxyRequest) => field(headers, 'content-type') ?? ''
const asJson = (types: RegExp, method = /./) =>
  onRequest((request) =>
    request.body.length > 0 && types.test(typeOf(request)) && method.test(request.method)
      ? withHeader(request, 'Content-Type', 'application/json')
      : request,
  )
const rewriting = (change: (text: string) => string) =>
  onRequest((request) => {
    if (!isWrite(request)) return request
    const [before, after] = [request.body.toString(), change(request.body.toString())]
    return before === after ? request : withText(request, after)
  })
const refused = (status: number, code: string) => ({ status, code, title: 'Refused' })

/** What is forgiven to whoever writes almost right. */
export const forgivingMutants = [
  ...mutants('high', ['V-52', 'V-47'], {
    'takes plain text for JSON where a task is replaced': asJson(/^text\/plain/i, /PUT/),
    'takes what a form sends for JSON': asJson(/^application\/x-www-form-urlencoded/i),
  }),
  ...mutants('medium', ['V-03', 'V-47'], {
    'sees a charset in small letters alone': asJson(/^application\/json *; *C[Hh]/),
    'takes ASCII for UTF-8': asJson(/^application\/json *; *charset=us-ascii/i),
    'takes bytes of no kind for JSON': asJson(/^application\/octet-stream/i),
  }),
  ...mutants('medium', ['V-01', 'V-50'], {
    'passes over comments in JSON': rewriting((text) => text.replace(/\/\*[^*]*\*\//, '')),
  }),
  ...mutants('medium', ['X-05'], {
    'takes line breaks in strings as they are': rewriting((text) => text.replaceAll('\n', ' ')),
  }),
  ...mutants('medium', ['V-01'], {
    'passes over a comma at the end of a list': rewriting((text) => text.replaceAll(',]', ']')),
  }),
  ...mutants('medium', ['V-12', 'V-09'], {
    'knows members in any case': correcting((json) =>
      Object.fromEntries(Object.entries(json).map(([name, value]) => [name.toLowerCase(), value])),
    ),
  }),
  ...mutants('medium', ['V-09'], {
    'makes one blank of several in tags': correctingMember('tags', (tags) =>
      Array.isArray(tags) ? tags.map((tag) => `${tag}`.replaceAll(/ +/g, ' ')) : tags,
    ),
    'trims control characters off tags': correctingMember('tags', (tags) =>
      Array.isArray(tags)
        ? tags.map((tag) => (typeof tag === 'string' ? tag.replaceAll('\u0001', '') : tag))
        : tags,
    ),
    'decodes percent signs in titles': correctingMember('title', (title) =>
      typeof title === 'string' ? title.replaceAll('%41', 'A') : title,
    ),
  }),
  ...mutants('medium', ['D-25'], {
    'refuses a change of members that it does not know': changeProblem(
      refused(422, 'validation_failed'),
      ({ status }, request) =>
        request.method !== 'POST' && status === 200 && /^\{"id":5,/.test(`${request.body}`),
    ),
  }),
  ...mutants('medium', ['X-20'], {
    'looks for the task before it judges values': onResponse(
      (response) => problem(response, refused(404, 'task_not_found')),
      ({ status }, { method }) => status === 422 && method === 'PUT',
    ),
  }),
  ...mutants('low', ['R-10'], {
    'knows no HEAD of its root': onResponse(
      (response) => ({ ...response, status: 405 }),
      (_, request) => isHead(request) && request.path === '/',
    ),
  }),
  ...mutants('medium', ['V-48'], {
    'takes no key of a few characters': changeProblem(
      refused(422, 'validation_failed'),
      ({ status }, { headers }) =>
        status === 201 && (field(headers, 'idempotency-key') ?? 'long key').length < 8,
    ),
  }),
  ...mutants('low', ['G-02'], {
    'lists errors with every problem': mapJson(
      (json) => ({ errors: [], ...json }),
      ({ status }, { method }) => status >= 400 && method !== 'HEAD',
    ),
  }),
]
