import {
  changing,
  type Fields,
  field,
  type ProxyRequest,
  type ProxyResponse,
  rewriting,
  withField,
} from '../proxy.ts'
import { stageEnv } from '../stage.ts'
import { plants } from './mutant.ts'

const C = ['C', 'G-05']
const [allowed = '', other = ''] = stageEnv.CORS_ORIGINS.split(',')
const host = new URL(allowed).host
const origin = (request: ProxyRequest) => field(request.headers, 'origin')
const isPreflight = (request: ProxyRequest) =>
  request.method === 'OPTIONS' &&
  field(request.headers, 'access-control-request-method') !== undefined

/** Lets origins in that pass a careless comparison, as if they were on the list. */
const admitting = (careless: (origin: string) => boolean) => () => {
  return async (request: ProxyRequest, pass: (request: ProxyRequest) => Promise<ProxyResponse>) => {
    const told = origin(request)
    if (told === undefined || told === allowed || told === other || !careless(told))
      return pass(request)
    const answer = await pass({
      ...request,
      headers: withField(request.headers, 'Origin', allowed),
    })
    return { ...answer, headers: withField(answer.headers, 'Access-Control-Allow-Origin', told) }
  }
}

const always = (headers: Fields) =>
  changing((answer) => ({
    ...answer,
    headers: headers.reduce((all, [name, value]) => withField(all, name, value), answer.headers),
  }))
const dropping = (
  name: string,
  when: (answer: ProxyResponse, request: ProxyRequest) => boolean = () => true,
) =>
  changing((answer, request) =>
    when(answer, request) ? { ...answer, headers: withField(answer.headers, name) } : answer,
  )
const without = (headers: Fields, pattern: RegExp): Fields =>
  headers.filter(([name]) => !pattern.test(name))

export const corsFaults = plants('FC', [
  [
    'critical',
    'allows every origin with *',
    C,
    { front: always([['Access-Control-Allow-Origin', '*']]) },
  ],
  ['critical', 'reflects any origin with credentials', C, { front: admitting(() => true) }],
  ['critical', 'allows the origin null', C, { front: admitting((it) => it === 'null') }],
  ['critical', 'compares origins by their end', C, { front: admitting((it) => it.endsWith(host)) }],
  [
    'critical',
    'compares origins by their beginning',
    C,
    { front: admitting((it) => it.startsWith(allowed)) },
  ],
  [
    'critical',
    'looks for an allowed host anywhere',
    C,
    { front: admitting((it) => it.includes(host)) },
  ],
  [
    'critical',
    'forgets to escape the dot in a pattern',
    C,
    { front: admitting((it) => new RegExp(`^https://${host}$`).test(it)) },
  ],
  [
    'critical',
    'allows everything under vercel.app',
    C,
    { front: admitting((it) => /^https:\/\/[\w-]+\.vercel\.app$/.test(it)) },
  ],
  [
    'critical',
    'allows preview deployments by a pattern',
    C,
    { front: admitting((it) => /^https:\/\/tasks-example-[\w-]+\.vercel\.app$/.test(it)) },
  ],
  [
    'critical',
    'allows http for an allowed host',
    C,
    { front: admitting((it) => it === allowed.replace('https', 'http')) },
  ],
  [
    'high',
    'ignores the port',
    C,
    { front: admitting((it) => it.replace(/:\d+$/, '') === allowed) },
  ],
  [
    'high',
    'leaves localhost allowed',
    C,
    { settings: { origins: [allowed, other, 'http://localhost:3000'] } },
  ],
  [
    'medium',
    'compares origins without regard to case',
    C,
    { front: admitting((it) => it.toLowerCase() === allowed) },
  ],
  ['medium', 'allows a trailing slash', C, { front: admitting((it) => it === `${allowed}/`) }],
  [
    'high',
    'allows subdomains of an allowed host',
    C,
    { front: admitting((it) => it.endsWith(`.${host}`)) },
  ],
  ['high', 'allows a trailing dot', C, { front: admitting((it) => it === `${allowed}.`) }],
  [
    'critical',
    'executes what a refused origin asks for',
    C,
    {
      front: () => async (request, pass) => {
        const told = origin(request)
        if (told === undefined || told === allowed || told === other || request.method !== 'POST')
          return pass(request)
        await pass({ ...request, headers: without(request.headers, /^origin$/i) })
        return pass(request)
      },
    },
  ],
  [
    'high',
    'serves refused origins without CORS headers',
    C,
    {
      front: () => async (request, pass) => {
        const told = origin(request)
        return told === undefined || told === allowed || told === other
          ? pass(request)
          : pass({ ...request, headers: without(request.headers, /^origin$/i) })
      },
    },
  ],
  ['medium', 'leaves Vary out', ['C', 'G-11'], { front: dropping('Vary') }],
  [
    'medium',
    'leaves Vary out on errors',
    ['C', 'G-11'],
    { front: dropping('Vary', ({ status }) => status >= 400) },
  ],
  [
    'critical',
    'asks preflights for a token',
    C,
    {
      front: () => async (request, pass) =>
        isPreflight(request) && !field(request.headers, 'authorization')
          ? pass({ ...request, method: 'GET', path: '/api/v1/tasks' })
          : pass(request),
    },
  ],
  [
    'high',
    'does not allow PATCH and DELETE',
    C,
    {
      front: changing((answer, request) =>
        isPreflight(request)
          ? {
              ...answer,
              headers: withField(answer.headers, 'Access-Control-Allow-Methods', 'GET, HEAD, POST'),
            }
          : answer,
      ),
    },
  ],
  [
    'high',
    'allows headers by * only',
    C,
    {
      front: changing((answer, request) =>
        isPreflight(request) && answer.status === 204
          ? { ...answer, headers: withField(answer.headers, 'Access-Control-Allow-Headers', '*') }
          : answer,
      ),
    },
  ],
  [
    'medium',
    'does not allow If-Match and Idempotency-Key',
    C,
    {
      front: changing((answer, request) =>
        isPreflight(request) && answer.status === 204
          ? {
              ...answer,
              headers: withField(
                answer.headers,
                'Access-Control-Allow-Headers',
                'Authorization, Content-Type',
              ),
            }
          : answer,
      ),
    },
  ],
  ['medium', 'exposes no headers', C, { front: dropping('Access-Control-Expose-Headers') }],
  [
    'high',
    'forgets CORS on errors',
    C,
    {
      front: changing((answer) =>
        answer.status >= 400
          ? { ...answer, headers: without(answer.headers, /^access-control-/i) }
          : answer,
      ),
    },
  ],
  [
    'high',
    'forgets CORS on 401',
    C,
    {
      front: changing((answer) =>
        answer.status === 401
          ? { ...answer, headers: without(answer.headers, /^access-control-/i) }
          : answer,
      ),
    },
  ],
  ['high', 'allows the first configured origin only', C, { settings: { origins: [allowed] } }],
  [
    'high',
    'is configured with a trailing slash',
    C,
    { settings: { origins: [`${allowed}/`, `${other}/`] } },
  ],
  [
    'high',
    'answers with a list of origins',
    C,
    {
      front: changing((answer) =>
        field(answer.headers, 'access-control-allow-origin')
          ? {
              ...answer,
              headers: withField(
                answer.headers,
                'Access-Control-Allow-Origin',
                `${allowed}, ${other}`,
              ),
            }
          : answer,
      ),
    },
  ],
  [
    'high',
    'sends one fixed origin to everybody',
    C,
    { front: always([['Access-Control-Allow-Origin', allowed]]) },
  ],
  [
    'high',
    'forgets every second time whom it allows',
    C,
    {
      front: () => {
        let calls = 0
        return async (request, pass) => {
          if (!origin(request) || isPreflight(request)) return pass(request)
          calls += 1
          const answer = await pass(request)
          return calls % 2
            ? answer
            : { ...answer, headers: without(answer.headers, /^access-control-/i) }
        }
      },
    },
  ],
  [
    'medium',
    'answers refused origins with 500',
    [...C, 'G'],
    {
      front: changing((answer, request) =>
        origin(request) && answer.status === 403 ? { ...answer, status: 500 } : answer,
      ),
    },
  ],
  [
    'medium',
    'sends no credentials header',
    C,
    { front: dropping('Access-Control-Allow-Credentials') },
  ],
  [
    'medium',
    'sends credentials to refused origins',
    C,
    {
      front: changing((answer, request) =>
        origin(request) && answer.status === 403
          ? {
              ...answer,
              headers: withField(answer.headers, 'Access-Control-Allow-Credentials', 'true'),
            }
          : answer,
      ),
    },
  ],
  [
    'high',
    'takes the first of two Origin headers',
    C,
    {
      front: rewriting((request) => {
        const all = request.headers.filter(([name]) => /^origin$/i.test(name))
        return all.length < 2
          ? request
          : { ...request, headers: withField(request.headers, 'Origin', all[0]?.[1]) }
      }),
    },
  ],
  [
    'medium',
    'takes JSON under text/plain',
    ['C', 'V'],
    {
      front: rewriting((request) => ({
        ...request,
        headers: request.headers.map(([name, value]) => [
          name,
          /^content-type$/i.test(name) ? value.replace('text/plain', 'application/json') : value,
        ]),
      })),
    },
  ],
  [
    'medium',
    'grants preflights whatever they ask for',
    C,
    {
      front: changing((answer, request) => {
        if (!isPreflight(request) || answer.status !== 204) return answer
        const asked = field(request.headers, 'access-control-request-headers') ?? 'x'
        const method = field(request.headers, 'access-control-request-method')
        const methods = withField(answer.headers, 'Access-Control-Allow-Methods', method)
        return { ...answer, headers: withField(methods, 'Access-Control-Allow-Headers', asked) }
      }),
    },
  ],
  [
    'medium',
    'copies the Vary of the request',
    C,
    {
      front: changing((answer, { headers }) => {
        const told = field(headers, 'vary')
        return told
          ? { ...answer, headers: withField(answer.headers, 'Vary', `Origin, ${told}`) }
          : answer
      }),
    },
  ],
])
