import {
  changing,
  field,
  jsonOf,
  type ProxyRequest,
  rewriting,
  withBody,
  withField,
} from '../proxy.ts'
import { plants } from './mutant.ts'

const V = ['V']
const isWrite = ({ method }: ProxyRequest) => /POST|PATCH|PUT/.test(method)

/** Mends what a caller sent before the service gets to judge it. */
const lenient = (mend: (json: Record<string, unknown>) => Record<string, unknown>) =>
  rewriting((request) => {
    if (!isWrite(request) || request.body.length === 0) return request
    const json = jsonOf(request)
    if (Object.keys(json).length === 0) return request
    return { ...request, body: Buffer.from(JSON.stringify(mend(json))) }
  })

const clipped = (max: number) => (json: Record<string, unknown>) => ({
  ...json,
  ...(typeof json.title === 'string' && { title: [...json.title].slice(0, max).join('') }),
})

const turning = (from: number, to: number, code: string) =>
  changing((answer) =>
    answer.status === from
      ? withBody({ ...answer, status: to }, { ...jsonOf(answer), status: to, code })
      : answer,
  )

const query = (path: string, change: (parameters: URLSearchParams) => void) => {
  const [before = '', after] = path.split('?')
  if (after === undefined || /%(?![0-9a-f]{2})/i.test(after)) return path
  const parameters = new URLSearchParams(after)
  change(parameters)
  return `${before}?${parameters}`
}

export const inputFaults = plants('FV', [
  [
    'medium',
    'has no limit on bodies',
    V,
    {
      front: () => async (request, pass) =>
        request.body.length > 65_536
          ? pass({ ...request, body: Buffer.from(JSON.stringify({ title: 'big' })) })
          : pass(request),
    },
  ],
  [
    'medium',
    'takes any media type for JSON',
    [...V, 'C'],
    {
      front: rewriting((request) =>
        isWrite(request) && request.body.length > 0
          ? { ...request, headers: withField(request.headers, 'Content-Type', 'application/json') }
          : request,
      ),
    },
  ],
  [
    'medium',
    'takes a body without a media type',
    V,
    {
      front: rewriting((request) =>
        isWrite(request) && request.body.length > 0 && !field(request.headers, 'content-type')
          ? { ...request, headers: withField(request.headers, 'Content-Type', 'application/json') }
          : request,
      ),
    },
  ],
  [
    'medium',
    'ignores Content-Encoding',
    V,
    {
      front: rewriting((request) => ({
        ...request,
        headers: withField(request.headers, 'Content-Encoding'),
      })),
    },
  ],
  ['high', 'fails on broken JSON', [...V, 'G'], { front: turning(400, 500, 'internal_error') }],
  [
    'medium',
    'answers bad values with 400',
    [...V, 'D', 'I'],
    { front: turning(422, 400, 'malformed_request') },
  ],
  [
    'medium',
    'coerces text to booleans',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(typeof json.completed === 'string' && { completed: json.completed === 'true' }),
      })),
    },
  ],
  [
    'medium',
    'coerces numbers to booleans',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(typeof json.completed === 'number' && { completed: json.completed !== 0 }),
      })),
    },
  ],
  [
    'medium',
    'coerces numbers to titles',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(typeof json.title === 'number' && { title: String(json.title) }),
      })),
    },
  ],
  ['medium', 'cuts long titles off', V, { front: lenient(clipped(200)) }],
  [
    'medium',
    'counts UTF-16 units for code points',
    V,
    {
      front: () => async (request, pass) => {
        const { title } = jsonOf(request)
        return isWrite(request) && typeof title === 'string' && title.length > 200
          ? pass({
              ...request,
              body: Buffer.from(JSON.stringify({ ...jsonOf(request), title: 'x'.repeat(300) })),
            })
          : pass(request)
      },
    },
  ],
  [
    'medium',
    'normalises text to NFC',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(typeof json.title === 'string' && { title: json.title.normalize('NFC') }),
      })),
    },
  ],
  [
    'medium',
    'removes zero-width characters',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(typeof json.title === 'string' && {
          title: json.title.replaceAll(/\u200b|\u200c|\u200d|\u200e|\u200f|\ufe0f|\u202e/g, ''),
        }),
      })),
    },
  ],
  [
    'low',
    'takes a blank title',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(typeof json.title === 'string' && json.title.trim() === '' && { title: 'untitled' }),
      })),
    },
  ],
  [
    'medium',
    'takes dates that do not exist',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(json.due_date === '2026-02-30' && { due_date: '2026-03-02' }),
        ...(json.due_date === '2023-02-29' && { due_date: '2023-03-01' }),
        ...(json.due_date === '2026-02-29' && { due_date: '2026-03-01' }),
        ...(json.due_date === '2025-02-29' && { due_date: '2025-03-01' }),
      })),
    },
  ],
  [
    'medium',
    'takes unknown priorities',
    V,
    {
      front: lenient((json) => ({
        ...json,
        ...(typeof json.priority === 'string' &&
          !/^(low|medium|high)$/.test(json.priority) && { priority: 'medium' }),
      })),
    },
  ],
  [
    'medium',
    'takes null for "not given"',
    V,
    {
      front: lenient((json) =>
        Object.fromEntries(
          Object.entries(json).filter(
            ([name, value]) => value !== null || /description|due_date/.test(name),
          ),
        ),
      ),
    },
  ],
  [
    'medium',
    'escapes HTML in titles',
    V,
    {
      front: changing((answer) =>
        answer.status === 201 && /</.test(answer.body.toString())
          ? withBody(answer, answer.body.toString().replaceAll('<', '&lt;'))
          : answer,
      ),
    },
  ],
  [
    'high',
    'fails on NUL',
    [...V, 'G'],
    {
      front: () => async (request, pass) => {
        const answer = await pass(request)
        return /\\u0000|%00/.test(`${request.body}${request.path}`) && answer.status === 422
          ? withBody(
              { ...answer, status: 500 },
              { ...jsonOf(answer), status: 500, code: 'internal_error' },
            )
          : answer
      },
    },
  ],
  [
    'medium',
    'stores lone surrogates as something else',
    V,
    {
      front: rewriting((request) => ({
        ...request,
        body:
          /\\ud[89ab]/i.test(request.body.toString()) && !/\\ud[c-f]/i.test(request.body.toString())
            ? Buffer.from(request.body.toString().replaceAll(/\\ud[89ab]../gi, '\ufffd'))
            : request.body,
      })),
    },
  ],
  [
    'medium',
    'replaces invalid UTF-8',
    V,
    {
      front: rewriting((request) => ({
        ...request,
        body: isWrite(request) ? Buffer.from(request.body.toString('utf8')) : request.body,
      })),
    },
  ],
  [
    'low',
    'takes a page of 0 for the first',
    V,
    {
      front: rewriting((request) => ({
        ...request,
        path: query(request.path, (it) => {
          if (/^(0|-1)$/.test(it.get('page') ?? '')) it.set('page', '1')
        }),
      })),
    },
  ],
  [
    'medium',
    'clamps per_page',
    V,
    {
      front: rewriting((request) => ({
        ...request,
        path: query(request.path, (it) => {
          const n = Number(it.get('per_page') ?? 1)
          if (n > 100) it.set('per_page', '100')
          if (n < 1) it.set('per_page', '1')
        }),
      })),
    },
  ],
  [
    'low',
    'ignores unknown sort keys',
    V,
    {
      front: rewriting((request) => ({
        ...request,
        path: query(request.path, (it) => {
          if (
            !/^(created_at|updated_at|due_date|priority|title)$/.test(it.get('sort_by') ?? 'title')
          )
            it.delete('sort_by')
        }),
      })),
    },
  ],
  [
    'medium',
    'stores prototypes',
    [...V, 'G'],
    {
      front: changing((answer, request) =>
        /__proto__/.test(request.body.toString()) && answer.status === 201
          ? withBody(answer, { ...jsonOf(answer), polluted: true })
          : answer,
      ),
    },
  ],
  [
    'high',
    'takes what a caller says of an ETag for its own',
    ['D', 'I'],
    {
      front: rewriting((request) => ({
        ...request,
        headers: withField(request.headers, 'If-Match'),
      })),
    },
  ],
  [
    'medium',
    'requires a body to toggle',
    ['D', 'V'],
    {
      front: () => async (request, pass) =>
        /\/complete/.test(request.path) && request.method === 'PATCH' && request.body.length === 0
          ? pass({
              ...request,
              headers: withField(request.headers, 'Content-Type', 'application/json'),
              body: Buffer.from('['),
            })
          : pass(request),
    },
  ],
  [
    'medium',
    'chokes on Content-Type without a body',
    ['V'],
    {
      front: () => async (request, pass) => {
        const bare =
          /GET|DELETE/.test(request.method) &&
          field(request.headers, 'content-type') &&
          request.body.length === 0
        return bare
          ? pass({ ...request, method: 'POST', path: '/api/v1/tasks', body: Buffer.from('{') })
          : pass(request)
      },
    },
  ],
])
