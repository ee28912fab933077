import { changing, field, jsonOf, withBody, withField } from '../proxy.ts'
import { plants } from './mutant.ts'

const html = '<!doctype html><h1>It works</h1>'
const page = (status: number, type: string, body: string) => ({
  status,
  headers: [
    ['Content-Type', type],
    ['X-Request-Id', 'front'],
  ] as [string, string][],
  body: Buffer.from(body),
})

/** A front that answers some addresses itself. */
const serving =
  (
    pattern: RegExp,
    type: string,
    body: string,
    when: (authorization?: string) => boolean = () => true,
  ) =>
  () =>
  async (...[request, pass]: Parameters<ReturnType<ReturnType<typeof changing>>>) =>
    pattern.test(request.path) && when(field(request.headers, 'authorization'))
      ? page(200, type, body)
      : pass(request)

const atHealth = (
  change: (json: Record<string, unknown>) => Record<string, unknown>,
  status?: number,
) =>
  changing((answer, { path, method }) =>
    path.startsWith('/health') && method === 'GET' && answer.status === 200
      ? withBody({ ...answer, status: status ?? answer.status }, change(jsonOf(answer)))
      : answer,
  )

const openapi = JSON.stringify({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: {} })

export const serviceFaults = plants('FS', [
  [
    'critical',
    'answers /health with 200 and nothing else',
    ['H', 'G-02'],
    {
      front: changing((answer, { path }) =>
        path.startsWith('/health') ? withBody(answer, { status: 'ok' }) : answer,
      ),
    },
  ],
  [
    'critical',
    'answers /health from memory for ever',
    ['H'],
    {
      front: () => {
        let first: Awaited<ReturnType<ReturnType<ReturnType<typeof changing>>>> | undefined
        return async (request, pass) => {
          const plain = request.path === '/health' && request.method === 'GET'
          if (plain && first) return first
          const answer = await pass(request)
          if (plain && answer.status === 200) first = answer
          return answer
        }
      },
    },
  ],
  [
    'critical',
    'says healthy while every request fails',
    ['H', 'D', 'A', 'G'],
    {
      tasks: (real) => ({
        tasksOf: (owner) => ({
          ...real.tasksOf(owner),
          list: async () => {
            throw new Error('gone')
          },
        }),
      }),
    },
  ],
  [
    'critical',
    'says unhealthy while every request works',
    ['H'],
    {
      probe: () => ({
        check: async () => {
          throw new Error('no')
        },
      }),
    },
  ],
  [
    'high',
    'asks for a token at /health',
    ['H'],
    {
      front: () => async (request, pass) =>
        request.path === '/health' && !field(request.headers, 'authorization')
          ? pass({ ...request, path: '/api/v1/tasks' })
          : pass(request),
    },
  ],
  [
    'high',
    'tells the database’s host in /health',
    ['H', 'G'],
    {
      front: atHealth((json) => ({
        ...json,
        host: 'ep-cool-name-123456.eu-central-1.aws.neon.tech',
      })),
    },
  ],
  [
    'medium',
    'tells more of itself when asked verbosely',
    ['H', 'G'],
    {
      front: changing((answer, { path }) =>
        /^\/health\?.*(verbose|debug)/.test(path)
          ? withBody(answer, { ...jsonOf(answer), config: { pool: 10 } })
          : answer,
      ),
    },
  ],
  [
    'medium',
    'caches /health publicly',
    ['H', 'R', 'G'],
    {
      front: changing((answer, { path }) =>
        path === '/health'
          ? { ...answer, headers: withField(answer.headers, 'Cache-Control', 'public, max-age=60') }
          : answer,
      ),
    },
  ],
  [
    'low',
    'has no /livez',
    ['H'],
    {
      front: () => async (request, pass) =>
        pass(request.path === '/livez' ? { ...request, path: '/nothing' } : request),
    },
  ],
  [
    'low',
    'takes POST at /health',
    ['H', 'X', 'V'],
    {
      front: () => async (request, pass) =>
        pass(
          request.path === '/health' && request.method === 'POST'
            ? { ...request, method: 'GET' }
            : request,
        ),
    },
  ],
  [
    'high',
    'takes longer than two seconds to say how it is',
    ['H'],
    {
      front: () => async (request, pass) => {
        if (request.path.startsWith('/health'))
          await new Promise((resolve) => setTimeout(resolve, 4_300))
        return pass(request)
      },
    },
  ],
  [
    'high',
    'shows /openapi.json',
    ['X'],
    { front: serving(/^\/openapi\.json/, 'application/json', openapi) },
  ],
  ['high', 'shows /docs', ['X'], { front: serving(/^\/docs/, 'text/html', html) }],
  [
    'high',
    'shows the docs to whoever has a token',
    ['X'],
    {
      front: serving(/^\/(docs|openapi\.json)/, 'text/html', html, (token) => token !== undefined),
    },
  ],
  [
    'high',
    'shows its docs under another name',
    ['X'],
    { front: serving(/^\/(swagger|api-docs|documentation|swagger\.json)/, 'text/html', html) },
  ],
  [
    'medium',
    'reveals that docs exist but are hidden',
    ['X'],
    {
      front: changing((answer, { path }) =>
        /^\/(docs|openapi\.json)/.test(path) && answer.status === 404
          ? withBody(answer, { ...jsonOf(answer), detail: 'The docs are disabled.' })
          : answer,
      ),
    },
  ],
  ['critical', 'serves its .env', ['X'], { front: serving(/^\/\.env/, 'text/plain', 'PORT=1') }],
  [
    'critical',
    'serves its .git',
    ['X'],
    { front: serving(/^\/\.git\/(HEAD|config)/, 'text/plain', 'ref: refs/heads/main') },
  ],
  ['high', 'serves its metrics', ['X'], { front: serving(/^\/metrics/, 'text/plain', 'up 1') }],
  [
    'high',
    'serves its package.json',
    ['X'],
    { front: serving(/^\/package\.json/, 'application/json', '{"name":"x"}') },
  ],
  [
    'high',
    'shows a stack trace in errors',
    ['G', 'X', 'V'],
    {
      front: changing((answer) =>
        answer.status === 400 || answer.status === 422
          ? withBody(answer, {
              ...jsonOf(answer),
              detail: 'Error: bad\n    at parse (/srv/api/server.js:10:5)',
            })
          : answer,
      ),
    },
  ],
  [
    'high',
    'shows SQL in errors',
    ['G', 'X', 'V'],
    {
      front: changing((answer) =>
        answer.status === 422
          ? withBody(answer, { ...jsonOf(answer), detail: 'invalid input syntax for type uuid: x' })
          : answer,
      ),
    },
  ],
  [
    'low',
    'names its framework',
    ['X'],
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'X-Powered-By', 'Express'),
      })),
    },
  ],
  [
    'medium',
    'answers errors as HTML',
    ['G', 'X', 'R'],
    {
      front: changing((answer) =>
        answer.status === 404
          ? withBody(
              { ...answer, headers: withField(answer.headers, 'Content-Type', 'text/html') },
              html,
            )
          : answer,
      ),
    },
  ],
  [
    'medium',
    'answers unknown paths with 200',
    ['R', 'X', 'G'],
    {
      front: changing((answer) =>
        jsonOf(answer).code === 'route_not_found' ? { ...answer, status: 200 } : answer,
      ),
    },
  ],
  [
    'low',
    'answers other methods with 404',
    ['X', 'H', 'V'],
    {
      front: changing((answer) =>
        answer.status === 405
          ? withBody(
              { ...answer, status: 404 },
              { ...jsonOf(answer), status: 404, code: 'route_not_found', title: 'Not Found' },
            )
          : answer,
      ),
    },
  ],
  [
    'low',
    'answers 405 without Allow',
    ['X', 'H', 'V'],
    {
      front: changing((answer) =>
        answer.status === 405 ? { ...answer, headers: withField(answer.headers, 'Allow') } : answer,
      ),
    },
  ],
  [
    'medium',
    'sets a cookie',
    ['G-08'],
    {
      front: changing((answer) => ({
        ...answer,
        headers: [...answer.headers, ['Set-Cookie', 'sid=1; HttpOnly']],
      })),
    },
  ],
  [
    'medium',
    'forgets nosniff',
    ['G-04', 'R'],
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'X-Content-Type-Options'),
      })),
    },
  ],
  [
    'medium',
    'lets answers be cached',
    ['G-12', 'R'],
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'Cache-Control', 'private, max-age=60'),
      })),
    },
  ],
  [
    'low',
    'drops the request id',
    ['G-10'],
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'X-Request-Id'),
      })),
    },
  ],
  [
    'high',
    'redirects a trailing slash',
    ['R', 'A', 'G'],
    {
      front: () => async (request, pass) =>
        /.\/$/.test(request.path) && /^\/(health|api)/.test(request.path)
          ? {
              status: 307,
              headers: [
                ['Location', `http://evil.example${request.path.slice(0, -1)}`],
                ['X-Request-Id', 'x'],
              ],
              body: Buffer.alloc(0),
            }
          : pass(request),
    },
  ],
  [
    'medium',
    'repeats the Host it was called by',
    ['R'],
    {
      front: changing((answer, { path, headers }) =>
        path === '/'
          ? withBody(answer, {
              ...jsonOf(answer),
              name: `http://${field(headers, 'x-forwarded-host') ?? field(headers, 'host')}/`,
            })
          : answer,
      ),
    },
  ],
  [
    'high',
    'forgets HSTS',
    ['R'],
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'Strict-Transport-Security'),
      })),
    },
  ],
  ['low', 'shows a default page', ['X', 'G'], { front: serving(/^\/$/, 'text/html', html) }],
  [
    'low',
    'knows no HEAD',
    ['R', 'A', 'I'],
    {
      front: changing((answer, { method }) =>
        method === 'HEAD' && answer.status === 200 ? { ...answer, status: 404 } : answer,
      ),
    },
  ],
])
