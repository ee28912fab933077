import {
  type Fields,
  field,
  type ProxyRequest,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { serviceEnv } from '../../mutated-service.ts'
import { mapRequestHeader, onRequest } from '../../operators/proxy.ts'
import { type Mutation, mutants } from '../mutant.ts'

export const [allowed = '', other = ''] = serviceEnv.CORS_ORIGINS.split(',')
const host = new URL(allowed).host

/** The origin that a request names, where it is none of those on the list. */
export const refusedOrigin = ({ headers }: ProxyRequest) => {
  const origin = field(headers, 'origin')
  return origin === allowed || origin === other ? undefined : origin
}

/** Lets origins in that pass a careless comparison, as if they were on the list. */
export const admitting = (careless: (origin: string) => boolean): Mutation => ({
  proxy: () => async (request, pass) => {
    const origin = refusedOrigin(request)
    if (origin === undefined || !careless(origin)) return pass(request)
    const response = await pass(withHeader(request, 'Origin', allowed))
    return withHeader(response, 'Access-Control-Allow-Origin', origin)
  },
})

const withoutOrigin = <T extends { headers: Fields }>(message: T) => withHeader(message, 'Origin')

/** Serves some requests of refused origins like those of programs. */
export const unasked = (which: (request: ProxyRequest) => boolean): Mutation =>
  onRequest((request) =>
    refusedOrigin(request) !== undefined && which(request) ? withoutOrigin(request) : request,
  )

/** Which origins may ask at all. */
export const originMutants = [
  ...mutants('critical', ['C', 'G-05'], {
    'reflects any origin with credentials': admitting(() => true),
    'takes the first of several origins for the one': admitting(
      (origin) => origin.split(',')[0] === allowed,
    ),
    'allows the origin null': admitting((origin) => origin === 'null'),
    'compares origins by their end': admitting((origin) => origin.endsWith(host)),
    'compares origins by their beginning': admitting((origin) => origin.startsWith(allowed)),
    'looks for an allowed host anywhere': admitting((origin) => origin.includes(host)),
    'forgets to escape the dot in a pattern': admitting((origin) =>
      new RegExp(`^https://${host}$`).test(origin),
    ),
    'allows everything under vercel.app': admitting((origin) =>
      /^https:\/\/[\w-]+\.vercel\.app$/.test(origin),
    ),
    'allows preview deployments by a pattern': admitting((origin) =>
      /^https:\/\/tasks-example-[\w-]+\.vercel\.app$/.test(origin),
    ),
    'allows http for an allowed host': admitting(
      (origin) => origin === allowed.replace('https', 'http'),
    ),
    'executes what a refused origin asks for': {
      proxy: () => async (request, pass) => {
        if (refusedOrigin(request) !== undefined && request.method === 'POST')
          await pass(withoutOrigin(request))
        return pass(request)
      },
    },
  }),
  ...mutants('high', ['C', 'G-05'], {
    'allows any part of a list by blanks': admitting((origin) =>
      origin.split(/\s+/).includes(allowed),
    ),
    'trims origins of all white space': admitting(
      (origin) => Buffer.from(origin, 'latin1').toString().trim() === allowed,
    ),
    'takes user information for the host': admitting((origin) => origin.startsWith(`${allowed}@`)),
    'allows hosts that end in an underscore before an allowed one': admitting((origin) =>
      origin.endsWith(`_${host}`),
    ),
    'allows sockets of an allowed host': admitting(
      (origin) => origin === allowed.replace('https', 'wss'),
    ),
    'takes letters that look alike for the same': admitting(
      (origin) => origin.replaceAll('1', 'l').replaceAll('0', 'o') === allowed,
    ),
    'cuts origins at a delimiter': admitting((origin) => /^[^?#]*/.exec(origin)?.[0] === allowed),
    'cuts parameters off an origin': admitting((origin) => origin.split(';')[0] === allowed),
    'stops reading an origin at a NUL': admitting((origin) => origin.split('%00')[0] === allowed),
    'takes a backslash for the end of an origin': admitting((origin) =>
      origin.startsWith(`${allowed}\\`),
    ),
    'decodes origins': admitting((origin) => origin.replace(/%2e/i, '.') === allowed),
    'does not count the slashes of an origin': admitting(
      (origin) => origin.replace(/:\/+/, '://') === allowed,
    ),
    'allows an allowed host without a scheme': admitting((origin) => origin === host),
    'unquotes origins': admitting((origin) => {
      const bare = origin.replaceAll('"', '')
      return bare === allowed || bare === other
    }),
    'allows blobs of an allowed origin': admitting((origin) => origin === `blob:${allowed}`),
    'folds the scheme of an origin': admitting(
      (origin) => origin.replace('HTTPS:', 'https:') === allowed,
    ),
    'ignores ports that are well known': admitting(
      (origin) => origin.replace(/:80$/, '') === allowed,
    ),
    'allows pages of private networks': admitting((origin) => /^http:\/\/10\./.test(origin)),
    'does not read long origins': admitting((origin) => origin.length > 200),
    'takes two equal Origin headers for one': onRequest((request) => {
      const all = request.headers.filter(([name]) => /^origin$/i.test(name))
      const [first, second] = all.map(([, value]) => value)
      return all.length === 2 && first === second ? withHeader(request, 'Origin', first) : request
    }),
    'does not ask where a request with a bad token is from': unasked(
      ({ headers }) => field(headers, 'authorization') === 'Bearer x',
    ),
    'does not ask where a request with a key is from': unasked(
      ({ headers }) => field(headers, 'idempotency-key') !== undefined,
    ),
    'does not ask where a conditional read is from': unasked(
      ({ headers }) => field(headers, 'if-none-match') !== undefined,
    ),
    'does not ask where a request for a path with a slash is from': unasked(
      ({ path }) => path.length > 1 && path.endsWith('/'),
    ),
    'does not ask where a request for nothing in the API is from': unasked(
      ({ path }) => path.startsWith('/api/') && !path.startsWith('/api/v1/tasks'),
    ),
    'does not ask where a preflight of a read is from': unasked(
      ({ headers }) => field(headers, 'access-control-request-method') === 'GET',
    ),
    'does not ask where OPTIONS for a task is from': unasked(
      ({ method, path }) => method === 'OPTIONS' && path.startsWith('/api/v1/tasks/'),
    ),
    'lets refused creations take their keys': {
      proxy: () => {
        const taken = new Set<string>()
        return async (request, pass) => {
          const key = request.method === 'POST' && field(request.headers, 'idempotency-key')
          if (!key) return pass(request)
          if (refusedOrigin(request) !== undefined) taken.add(key)
          return pass(
            refusedOrigin(request) === undefined && taken.has(key)
              ? withHeader(request, 'Idempotency-Key', 'k'.repeat(300))
              : request,
          )
        }
      },
    },
    'allows extensions of browsers': admitting((origin) => /^chrome-extension:/.test(origin)),
    'ignores the port': admitting((origin) => origin.replace(/:\d+$/, '') === allowed),
    'leaves localhost allowed': {
      settings: { origins: [allowed, other, 'http://localhost:3000'] },
    },
    'allows subdomains of an allowed host': admitting((origin) => origin.endsWith(`.${host}`)),
    'allows a trailing dot': admitting((origin) => origin === `${allowed}.`),
    'serves refused origins without CORS headers': onRequest((request) =>
      refusedOrigin(request) === undefined ? request : withoutOrigin(request),
    ),
    'allows the first configured origin only': { settings: { origins: [allowed] } },
    'is configured with a trailing slash': { settings: { origins: [`${allowed}/`, `${other}/`] } },
    'takes the first of two Origin headers': onRequest((request) => {
      const all = request.headers.filter(([name]) => /^origin$/i.test(name))
      return all.length < 2 ? request : withHeader(request, 'Origin', all[0]?.[1])
    }),
  }),
  ...mutants('medium', ['C', 'G-05'], {
    'compares origins without regard to case': admitting(
      (origin) => origin.toLowerCase() === allowed,
    ),
    'allows a trailing slash': admitting((origin) => origin === `${allowed}/`),
    'takes JSON under text/plain': {
      caughtBy: ['C', 'V'],
      ...mapRequestHeader('content-type', (type) => type.replace('text/plain', 'application/json')),
    },
  }),
]
