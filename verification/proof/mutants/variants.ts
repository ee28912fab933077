import { createHash } from 'node:crypto'
import type { Interceptor } from '../../../bootstrap/system/reverse-proxy.ts'
import { changing, field, jsonOf, type ProxyResponse, withBody, withField } from '../proxy.ts'
import { plants } from './mutant.ts'

const adding = (name: string, value: string) =>
  changing((answer) => ({ ...answer, headers: [...answer.headers, [name, value]] }))
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const problem = (answer: ProxyResponse, status: number, code: string, title: string) => {
  const { errors: _, ...json } = jsonOf(answer)
  const typed = {
    ...answer,
    status,
    headers: withField(answer.headers, 'Content-Type', 'application/problem+json'),
  }
  return withBody(typed, {
    ...json,
    type: 'about:blank',
    detail: 'As you like it.',
    request_id: field(answer.headers, 'x-request-id'),
    status,
    code,
    title,
  })
}

/** Entity tags of another form, translated back and forth. */
const hashedTags = (): Interceptor => {
  const versions = new Map<string, string>()
  const translated = (header: string | undefined) =>
    header?.replaceAll(/"([^"]*)"/g, (tag) => versions.get(tag) ?? '"0"')
  return async (request, pass) => {
    const headers = ['If-Match', 'If-None-Match'].reduce((all, name) => {
      const value = translated(field(all, name))
      return value === undefined ? all : withField(all, name, value)
    }, request.headers)
    const answer = await pass({ ...request, headers })
    const tag = field(answer.headers, 'etag')
    if (!tag) return answer
    const hashed = `"${createHash('sha1').update(tag).digest('hex')}"`
    versions.set(hashed, tag)
    return { ...answer, headers: withField(answer.headers, 'ETag', hashed) }
  }
}

/** Cursors of another form, translated back and forth. */
const numberedCursors = (): Interceptor => {
  const cursors = new Map<string, string>()
  return async (request, pass) => {
    const path = request.path.replace(/cursor=([^&]+)/, (whole, name) =>
      cursors.has(name) ? `cursor=${cursors.get(name)}` : whole,
    )
    const answer = await pass({ ...request, path })
    const link = field(answer.headers, 'link')
    if (!link) return answer
    const renamed = link.replace(/cursor=([^&>]+)/, (_, cursor) => {
      const name = `c${cursors.size + 1}.${createHash('sha1').update(cursor).digest('hex')}`
      cursors.set(name, cursor)
      return `cursor=${name}`
    })
    return { ...answer, headers: withField(answer.headers, 'Link', renamed) }
  }
}

const impatient = (): Interceptor => {
  let calls = 0
  return async (request, pass) => {
    calls += 1
    if (calls % 60 !== 0 || request.path === '/health' || request.method === 'OPTIONS')
      return pass(request)
    // Refused before anything is done, as a rate limit does it.
    const answer = await pass({ ...request, method: 'GET', path: '/', body: Buffer.alloc(0) })
    return answer.status >= 400
      ? answer
      : {
          ...problem(answer, 429, 'rate_limited', 'Too Many Requests'),
          headers: [
            ...problem(answer, 429, 'rate_limited', 'Too Many Requests').headers,
            ['Retry-After', '1'],
          ],
        }
  }
}

const coldStart = (): Interceptor => {
  let warm: Promise<unknown> | undefined
  return async (request, pass) => {
    warm ??= wait(4_000)
    await warm
    return pass(request)
  }
}

/** A platform's own page while the service wakes up. */
const waking = (): Interceptor => {
  let calls = 0
  return async (request, pass) => {
    calls += 1
    if (calls > 2) return pass(request)
    const body = Buffer.from('{"status":"error","code":404,"message":"Application not found"}')
    return {
      status: 404,
      headers: [
        ['Content-Type', 'application/json'],
        ['Server', 'railway-edge'],
      ],
      body,
    }
  }
}

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  )
}

/** What a server may do and still keep the contract. */
export const variants = plants('B', [
  ['low', 'is as we built it', [], {}],
  [
    'low',
    'lies behind an edge that names itself',
    [],
    {
      front: changing((answer) => ({
        ...answer,
        headers: [
          ...answer.headers,
          ['Server', 'railway-edge'],
          ['X-Railway-Edge', 'railway/europe-west4'],
          ['CF-Ray', '8f00-FRA'],
          ['X-Railway-Request-Id', 'abc'],
        ],
      })),
    },
  ],
  [
    'low',
    'orders members otherwise and indents them',
    [],
    {
      front: changing((answer) =>
        /json/.test(field(answer.headers, 'content-type') ?? '') && answer.body.length > 0
          ? withBody(answer, JSON.stringify(shuffled(jsonOf(answer)), null, 2))
          : answer,
      ),
    },
  ],
  ['low', 'has entity tags of another form', [], { front: hashedTags }],
  ['low', 'has cursors of another form', [], { front: numberedCursors }],
  [
    'low',
    'needs 40 ms longer for everything',
    [],
    {
      front: () => async (request, pass) => {
        await wait(40)
        return pass(request)
      },
    },
  ],
  ['low', 'needs four seconds to wake up', [], { front: coldStart }],
  ['low', 'shows the platform’s page while it wakes up', [], { front: waking }],
  ['low', 'limits the rate now and then', [], { front: impatient }],
  [
    'low',
    'answers OPTIONS that is no preflight with 405',
    [],
    {
      front: changing((answer, { method, headers }) =>
        method === 'OPTIONS' &&
        answer.status === 204 &&
        !field(headers, 'access-control-request-method')
          ? problem(answer, 405, 'method_not_allowed', 'Method Not Allowed')
          : answer,
      ),
    },
  ],
  [
    'low',
    'orders Allow otherwise and leaves OPTIONS out',
    [],
    {
      front: changing((answer) => {
        const allow = field(answer.headers, 'allow')
        return allow
          ? {
              ...answer,
              headers: withField(
                answer.headers,
                'Allow',
                allow
                  .split(', ')
                  .filter((it) => it !== 'OPTIONS')
                  .reverse()
                  .join(','),
              ),
            }
          : answer
      }),
    },
  ],
  [
    'low',
    'words titles and details otherwise',
    [],
    {
      front: changing((answer) =>
        answer.status >= 400 && 'code' in jsonOf(answer)
          ? withBody(answer, { ...jsonOf(answer), title: 'Nope', detail: 'Not like that, please.' })
          : answer,
      ),
    },
  ],
  [
    'low',
    'sends JSON types without a charset',
    [],
    {
      front: changing((answer) => ({
        ...answer,
        headers: answer.headers.map(([name, value]) => [
          name,
          /^content-type$/i.test(name) ? (value.split(';')[0] ?? value) : value,
        ]),
      })),
    },
  ],
  [
    'low',
    'names more in Vary',
    [],
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'Vary', 'Accept-Encoding, Origin'),
      })),
    },
  ],
  [
    'low',
    'says more in Cache-Control',
    [],
    {
      front: changing((answer) => ({
        ...answer,
        headers: withField(answer.headers, 'Cache-Control', 'private, no-store, max-age=0'),
      })),
    },
  ],
  [
    'low',
    'spells header names in capitals',
    [],
    {
      front: changing((answer) => ({
        ...answer,
        headers: answer.headers.map(([name, value]) => [name.toUpperCase(), value]),
      })),
    },
  ],
  [
    'low',
    'ends every connection',
    [],
    {
      front: changing((answer) => answer),
      app: (app) => {
        app.server.keepAliveTimeout = 1
      },
    },
  ],
  [
    'low',
    'refuses JSON that is no object with 400',
    [],
    {
      front: () => async (request, pass) => {
        const answer = await pass(request)
        const text = request.body.toString().trim()
        return answer.status === 422 && /^(\[|"|null|true|false|-?\d)/.test(text)
          ? problem(answer, 400, 'malformed_request', 'Bad Request')
          : answer
      },
    },
  ],
  [
    'low',
    'refuses __proto__ with 400',
    [],
    {
      front: () => async (request, pass) =>
        /__proto__|constructor/.test(request.body.toString())
          ? problem(
              await pass({ ...request, body: Buffer.from('{') }),
              400,
              'malformed_request',
              'Bad Request',
            )
          : pass(request),
    },
  ],
  [
    'low',
    'answers broken percent-encoding with 422',
    [],
    {
      front: changing((answer, { path }) =>
        answer.status === 400 && /\?.*%(?![0-9a-f]{2})/i.test(path)
          ? withBody(problem(answer, 422, 'validation_failed', 'Unprocessable Content'), {
              ...jsonOf(problem(answer, 422, 'validation_failed', 'Unprocessable Content')),
              errors: [{ field: 'query', message: 'is not encoded' }],
            })
          : answer,
      ),
    },
  ],
  [
    'low',
    'builds absolute links from its own configuration',
    [],
    {
      front: changing((answer) => {
        const link = field(answer.headers, 'link')
        return link
          ? {
              ...answer,
              headers: withField(
                answer.headers,
                'Link',
                link.replace('</', '<https://api.example.com/'),
              ),
            }
          : answer
      }),
    },
  ],
  [
    'low',
    'tells whole milliseconds of latency',
    [],
    {
      front: changing((answer, { path }) => {
        const json = jsonOf(answer) as { database?: { latency_ms?: number } }
        return path.startsWith('/health') && json.database?.latency_ms !== undefined
          ? withBody(answer, {
              ...json,
              database: { ...json.database, latency_ms: Math.ceil(json.database.latency_ms) },
            })
          : answer
      }),
    },
  ],
  ['low', 'adds harmless headers', [], { front: adding('Server-Timing', 'app;dur=1') }],
  [
    'low',
    'is known by its release',
    [],
    { settings: { release: '0123456789abcdef0123456789abcdef01234567' } },
  ],
  [
    'low',
    'allows one origin more than it was asked about',
    [],
    {
      settings: {
        origins: [
          'https://tasks-example.vercel.app',
          'https://app.example.org',
          'https://admin.example.org',
        ],
      },
    },
  ],
  [
    'low',
    'adds a first and last link',
    [],
    {
      front: changing((answer) => {
        const link = field(answer.headers, 'link')
        return link
          ? {
              ...answer,
              headers: withField(answer.headers, 'Link', `</api/v1/tasks>; rel="first", ${link}`),
            }
          : answer
      }),
    },
  ],
])
